{{- define "onrush.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "onrush.labels" -}}
app.kubernetes.io/name: onrush
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* A container of the image; called with the root, the part's values and what it does. */}}
{{- define "onrush.container" -}}
image: {{ include "onrush.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
env:
  - { name: HOST, value: 0.0.0.0 }
  - { name: PORT, value: "8000" }
  - { name: METRICS_PORT, value: "9464" }
  - { name: METRICS_HOST, value: 0.0.0.0 }
  - { name: PAYMENT_URL, value: "http://{{ .root.Release.Name }}-payment:8000" }
  {{- with .part.roles }}
  - { name: ROLES, value: {{ join "," . | quote }} }
  {{- end }}
  {{- range $name, $value := merge (dict) (.part.settings | default dict) .root.Values.settings }}
  - { name: {{ $name }}, value: {{ $value | quote }} }
  {{- end }}
  {{- range concat .root.Values.secretKeys (.part.secretKeys | default list) }}
  - { name: {{ . }}_FILE, value: /run/secrets/onrush/{{ . }} }
  {{- end }}
volumeMounts:
  - { name: secrets, mountPath: /run/secrets/onrush, readOnly: true }
  - { name: data, mountPath: /data }
  - { name: tmp, mountPath: /tmp }
{{- end -}}

{{- define "onrush.pod" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  fsGroup: 65532
  seccompProfile: { type: RuntimeDefault }
automountServiceAccountToken: false
# Else every service of the namespace would become settings: REDIS_PORT=tcp://… for one that is called redis.
enableServiceLinks: false
volumes:
  - name: secrets
    secret:
      secretName: {{ .root.Values.secretName }}
      items:
        {{- range concat .root.Values.secretKeys (.part.secretKeys | default list) }}
        - { key: {{ . }}, path: {{ . }} }
        {{- end }}
  # Nothing is kept in it: the ledger is on its server.
  - { name: data, emptyDir: { sizeLimit: 64Mi } }
  - { name: tmp, emptyDir: { sizeLimit: 64Mi } }
{{- end -}}
