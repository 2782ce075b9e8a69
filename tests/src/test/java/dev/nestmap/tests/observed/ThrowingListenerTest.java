/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.observed;

import static dev.nestmap.runtime.testing.DrainedMap.drained;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.observe.Operation;
import dev.nestmap.runtime.observe.OperationListener;
import dev.nestmap.runtime.testing.LogRecords;
import dev.nestmap.tests.observed.Observed.Guest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A listener that throws changes nothing of the operation. */
class ThrowingListenerTest {
    @ParameterizedTest
    @EnumSource(names = {"ROTATE", "PUBLISH"})
    void anErrorAtTheStartOfAnOperationChangesNothingElse(Operation.Kind kind) {
        assertRotates((started, name) -> {
            failIf(started == kind);
            return null;
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"ROTATE", "PUBLISH"})
    void anErrorAtTheEndOfAnOperationChangesNothingElse(Operation.Kind kind) {
        assertRotates((started, name) -> operation -> failIf(started == kind));
    }

    private static void assertRotates(OperationListener listener) {
        Guest guest = new Guest(7, 2, 90);
        try (ObservedBpf bpf = ObservedBpf.inMemory()) {
            bpf.room().getOrCreate(1).put(guest);
            try (LogRecords log = LogRecords.of("dev.nestmap.runtime")) {
                Nestmap.addListener(listener);
                try {
                    assertThat(drained(bpf.room().rotate(1))).containsExactly(guest);
                } finally {
                    Nestmap.removeListener(listener);
                }
                assertThat(log.messages()).singleElement(STRING).contains("thrown on purpose");
            }
        }
    }

    private static void failIf(boolean expected) {
        if (expected) {
            throw new AssertionError("thrown on purpose");
        }
    }
}
