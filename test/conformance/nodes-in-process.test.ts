import { portsOfNodesOnTheRest } from './ports-of-nodes.ts';

portsOfNodesOnTheRest();
