/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.BPF_EXCEPTION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.testing.KernelTestOnOneJdk;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Maps of loaded objects that no record declares can be read as bytes and by the names of their fields. */
@KernelTestOnOneJdk
class UntypedMapTest extends PinningTest {

    private LoadedObject load(String object) {
        return Nestmap.open(BpfObjects.of(object)).pins(pins).onlyPrograms().load();
    }

    /** The kernel has no BTF for an outer map, and these programs were not loaded. */
    @Test
    void slotsOfAnOuterMapCanBeReadOnly() {
        try (LoadedObject object = load("foreign_balancer")) {
            UntypedMap slots = UntypedMap.of(object, "lru_mapping");
            UntypedMap.Entry first = slots.iterator().next();
            assertThat(slots.isMapOfMaps()).isTrue();
            assertThat(slots.decodeKey(first.key())).hasToString("0");
            assertThat(slots.decodeValue(first.value())).isEmpty();
            assertThat(u32(first.value()))
                    .isEqualTo(UntypedMap.of(object, "first").id());
            try (UntypedMap.Owned inner = Objects.requireNonNull(slots.openInner(u32(first.value())))) {
                assertThat(inner.type()).isEqualTo("LRU_HASH");
            }

            assertReadOnly(slots, first);
            try (UntypedMap.Owned byId = Objects.requireNonNull(UntypedMap.open(slots.id()))) {
                assertReadOnly(byId, first); // also if it belongs to another process
            }
        }
    }

    private static void assertReadOnly(UntypedMap slots, UntypedMap.Entry slot) {
        List<ThrowingCallable> removals =
                List.of(() -> slots.remove(slot.key()), () -> slots.removeAll(List.of(slot.key())), slots::clear);
        for (ThrowingCallable removal : removals) {
            assertThatThrownBy(removal)
                    .asInstanceOf(BPF_EXCEPTION)
                    .isOf("removal")
                    .hasMessageContaining("does not change the slots of an outer map");
        }
        assertThat(slots.get(slot.key())).isEqualTo(slot);
    }

    @Test
    void mapsInMemoryAreReadLikeThoseInTheKernel() {
        try (SharedCountersBpf object = SharedCountersBpf.inMemory()) {
            object.group().create(7).put(new SharedCounters.Own(1, 5));
            UntypedMap groups = UntypedMap.of(object, "group");
            UntypedMap.Entry slot = groups.iterator().next();
            assertThat(groups.decodeKey(slot.key())).hasToString("7");
            try (UntypedMap.Owned own = Objects.requireNonNull(groups.openInner(u32(slot.value())))) {
                UntypedMap.Entry entry = own.iterator().next();
                assertThat(own.decodeKey(entry.key())).hasToString("1");
                assertThat(own.decodeValue(entry.value())).hasToString("[5]");
            }
        }
    }

    private static int u32(ByteString bytes) {
        return ByteBuffer.wrap(bytes.toBytes()).order(ByteOrder.nativeOrder()).getInt();
    }
}
