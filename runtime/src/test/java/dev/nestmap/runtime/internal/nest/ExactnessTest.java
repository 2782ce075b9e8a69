/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.nest;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.error.Reason;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.SlotKey;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.type.ManagedField;
import dev.nestmap.schema.type.ManagedFieldType;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An exact change is refused if a program may write to the displaced map later. */
class ExactnessTest {
    private static final SlotKey FIRST = CountMap.key(1);

    @ParameterizedTest
    @CsvSource({"TIMER, true", "WORK_QUEUE, true", "TASK_WORK, true", "SPIN_LOCK, false"})
    void callbacksMayWriteLater(ManagedFieldType type, boolean mayWrite) {
        Exactness exactness = new Exactness("tenant", inner(List.of(new ManagedField(type, 8))), List.of());

        assertThat(exactness.hasCallbacks()).isEqualTo(mayWrite);
        assertThat(exactness.obstacle() != null).isEqualTo(mayWrite);
    }

    @Test
    void sleepableProgramsMayWriteLater() {
        Exactness exactness = new Exactness("tenant", inner(List.of()), List.of("count"));

        assertBpfException(() -> exactness.require(true, FIRST))
                .hasReason(Reason.LOSES_COUNTS)
                .hasMessageContaining("sleepable programs use the map, and an update does not wait for them: count");
    }

    @Test
    void nobodyWritesLaterUnlessAHandleSaysSo() {
        Exactness exactness = new Exactness("tenant", inner(List.of()), List.of());
        exactness.require(true, FIRST);

        exactness.never("another process uses it");

        assertBpfException(() -> exactness.require(false, FIRST))
                .hasReason(Reason.LOSES_COUNTS)
                .hasMessageContaining("another process uses it");
    }

    private static MapShape inner(List<ManagedField> fields) {
        return new MapShape("flow_map", MapKind.HASH, 4, 16, 8, 0, 0, 0, fields);
    }
}
