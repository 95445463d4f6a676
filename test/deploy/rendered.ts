import { execFileSync } from 'node:child_process';
import { toolAt } from '../backends/tools.ts';
import { ROOT } from './image-tree.ts';

export interface Service {
  command?: string[] | null;
  environment?: Record<string, string | null>;
  image: string;
  ports?: { host_ip?: string; published: string; target: number }[];
  profiles?: string[];
  read_only?: boolean;
  restart?: string;
  secrets?: { source: string }[];
  cap_drop?: string[];
  depends_on?: Record<string, { condition: string }>;
}

/** A file as compose understands it, with every profile. */
export function rendered(file: string, ...more: string[]): Record<string, Service> {
  const words = ['-f', file, ...more, '--profile', '*', 'config', '--format', 'json'];
  const compose = toolAt('docker-compose') as string;
  const text = execFileSync(compose, words, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '' },
  });
  return (JSON.parse(text) as { services: Record<string, Service> }).services;
}

export const CLUSTER = ['deploy/compose.cluster.yml', '--env-file'] as const;
export const isOurs = ({ image }: Service) => image.includes('/onrush');
