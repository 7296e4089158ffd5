import { describeGitHub } from './conformance/describe-github.ts'
import { startSimulatorUnderTest } from './conformance/simulator-under-test.ts'

describeGitHub('The simulator', startSimulatorUnderTest)
