import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base';
import type { Config } from '../config.ts';

type SamplerSetting = NonNullable<Config['traces']>['sampler'];

/** Chooses as the setting says, and records the others, too: whether one of them must be kept is known at its end. */
export function everythingRecorded(setting: SamplerSetting): Sampler {
  const chosen = samplerOf(setting);
  return {
    shouldSample(...asked) {
      const result = chosen.shouldSample(...asked);
      return result.decision === SamplingDecision.NOT_RECORD
        ? { ...result, decision: SamplingDecision.RECORD }
        : result;
    },
    toString: () => `EverythingRecorded{${chosen}}`,
  };
}

function samplerOf({ kind, share }: SamplerSetting): Sampler {
  const ratio = () => new TraceIdRatioBasedSampler(share);
  switch (kind) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return ratio();
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: ratio() });
  }
}
