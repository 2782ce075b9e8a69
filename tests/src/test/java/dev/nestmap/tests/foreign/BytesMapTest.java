/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.BytesMap;
import dev.nestmap.runtime.BytesMap.Entry;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.error.Errno;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.pin.PinAccess;
import dev.nestmap.runtime.program.Programs;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.PinningTest;
import dev.nestmap.tests.toolchain.BpfObjects;
import dev.nestmap.types.ByteString;
import org.junit.jupiter.api.Test;

/** Maps without records. */
@KernelTest
class BytesMapTest extends PinningTest {
    private static final ByteString KEY = ByteString.ofHex("01000000");
    private static final ByteString VALUE = ByteString.ofHex("05000000000000000600000000000000");

    private LoadedObject load(String object) {
        return LoadedObject.open(BpfObjects.of(object))
                .pins(pins)
                .programs(Programs.mapsOnly())
                .load();
    }

    @Test
    void entriesAreBytes() {
        BytesMap counters;
        try (LoadedObject object = load("foreign_balancer")) {
            counters = object.map("counters");
            counters.put(new Entry(KEY, VALUE));

            assertThat(counters.get(KEY)).isEqualTo(new Entry(KEY, VALUE));
            assertThat(counters).containsExactly(new Entry(KEY, VALUE));
            assertThat(counters.remove(KEY)).isTrue();
            assertThat(counters.get(KEY)).isNull();
            assertThatThrownBy(() -> counters.put(new Entry(VALUE, VALUE)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("a key of map counters has 4 bytes, not 16");
            assertThatThrownBy(() -> object.map("lru_mapping"))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining(
                            "a map of type ARRAY_OF_MAPS has file descriptors as values: declare a record for it");
            assertThatThrownBy(() -> object.map("reals").remove(KEY))
                    .isInstanceOfSatisfying(
                            BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
            assertThatThrownBy(() -> object.map("real")).hasMessageContaining("its maps are");
        }
        assertThatThrownBy(() -> counters.get(KEY)).isInstanceOf(InvalidHandleException.class);
    }

    @Test
    void mapsAreOpenedByPinAndById() {
        try (LoadedObject object = load("foreign_pinned")) {
            object.map("sessions").put(new Entry(KEY, VALUE));
            assertThatThrownBy(() -> object.map("events"))
                    .isInstanceOf(BpfException.class)
                    .hasMessageContaining("a map of type RINGBUF has no keys");
            try (BytesMap.Owned byId = BytesMap.openId(object.map("sessions").id())) {
                assertThat(byId).containsExactly(new Entry(KEY, VALUE));
            }
        }
        try (BytesMap.Owned pinned = BytesMap.openPinned(fs.path("sessions"), PinAccess.READ_ONLY)) {
            assertThat(pinned.get(KEY)).isEqualTo(new Entry(KEY, VALUE));
            assertThatThrownBy(() -> pinned.put(new Entry(KEY, VALUE)))
                    .isInstanceOfSatisfying(
                            BpfException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EPERM));
        }
        assertThatThrownBy(() -> BytesMap.openPinned(fs.path("none"), PinAccess.READ_ONLY))
                .hasMessageContaining("nothing is pinned there");
        assertThatThrownBy(() -> BytesMap.openId(Integer.MAX_VALUE)).hasMessageContaining("there is no such map");
    }
}
