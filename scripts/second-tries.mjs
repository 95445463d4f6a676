/** Names the tests that passed only when they were run once more, and why, so that what is unsteady stays in sight. */
export default class SecondTries {
  onTestRunEnd(modules) {
    for (const module of modules)
      for (const test of module.children.allTests())
        if (test.diagnostic()?.flaky) {
          console.log(`passed at the second try: ${test.module.relativeModuleId} > ${test.fullName}`);
          for (const { message, stacks } of test.result().errors ?? [])
            console.log(`  ${message.split('\n', 1)[0]} (line ${stacks?.[0]?.line ?? 'unknown'})`);
        }
  }
}
