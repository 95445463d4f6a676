// `npm run rush`: starts the program on a fresh folder and a free port, sells 10,000 seats to 50,000 buyers, and stops
// it. Further arguments go to `onrush rush`, such as --buyers 100000.
import { rushed, served } from './served.mjs';

const status = await served({}, ({ url, token }) => {
  const words = ['--url', url, '--token', token, '--buyers', '50000', '--seats', '10000'];
  return rushed([...words, ...process.argv.slice(2)]);
});
process.exit(status ?? 1);
