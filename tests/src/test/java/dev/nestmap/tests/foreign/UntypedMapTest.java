/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import static dev.nestmap.runtime.testing.BpfExceptionAssert.assertBpfException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.kernel.NestedMaps;
import dev.nestmap.tests.kernel.NestedMapsBpf;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.tests.toolchain.NativeBytes;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Maps of loaded objects that no record declares can be read as bytes and by the names of their fields. */
@KernelTest
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
            assertThat(NativeBytes.read(first.value()).getInt())
                    .isEqualTo(UntypedMap.of(object, "first").id());
            try (UntypedMap.Owned inner = Objects.requireNonNull(
                    slots.openInner(NativeBytes.read(first.value()).getInt()))) {
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
            assertBpfException(removal, "does not change the slots of an outer map")
                    .isOf("removal");
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
            try (UntypedMap.Owned own = Objects.requireNonNull(
                    groups.openInner(NativeBytes.read(slot.value()).getInt()))) {
                UntypedMap.Entry entry = own.iterator().next();
                assertThat(own.decodeKey(entry.key())).hasToString("1");
                assertThat(own.decodeValue(entry.value())).hasToString("[5]");
            }
        }
    }

    /** A program that does not clear the padding of a key adds an entry beside the one of Java, which must stay. */
    @Test
    void anotherKeyWithOtherPaddingGoesAlone() {
        try (NestedMapsBpf bpf =
                NestedMapsBpf.open(BpfObjects.of("nested_maps")).load()) {
            NestedMapsBpf.HashedMap map = bpf.hashOfHashes().create(1);
            NestedMaps.Hashed wanted = new NestedMaps.Hashed(new NestedMaps.Place(1, 2), 3);
            map.put(wanted);
            try (UntypedMap.Owned bytes = Objects.requireNonNull(UntypedMap.open(map.id()))) {
                UntypedMap.Entry entry = bytes.iterator().next();
                byte[] key = entry.key().toBytes();
                key[key.length - 1] = 1;
                bytes.put(new UntypedMap.Entry(ByteString.of(key), entry.value()));

                map.replaceAll(List.of(wanted));
                assertThat(bytes).containsExactly(entry);
            }
        }
    }
}
