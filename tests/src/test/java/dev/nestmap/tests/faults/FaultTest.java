/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.faults;

import dev.nestmap.runtime.testing.KernelTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** Some system calls fail, or with {@code -Dnestmap.faults=all} each of them. */
@KernelTest
@Timeout(7200)
@Tag("long")
class FaultTest extends FaultContract {
    @Override
    <S extends FaultScene> void inject(FaultCheck<S> check, FaultyOperation<S> operation) {
        check.everyCallMayFail(operation);
    }
}
