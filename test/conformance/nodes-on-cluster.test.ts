import { portsOfNodesOn } from './ports-of-nodes.ts';

portsOfNodesOn('redis-cluster');
