/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nestmap.runtime.Network.Flow;
import dev.nestmap.runtime.Network.FlowKey;
import dev.nestmap.runtime.error.InvalidHandleException;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.pin.MapAccess;
import dev.nestmap.runtime.testing.ChildVm;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapKind;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.BtfValue;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Maps that are opened without a record are read by their BTF or by a schema text. */
@KernelTest
class KernelUntypedMapTest extends PinnedTest {
    private static final FlowKey HTTPS = new FlowKey(443, 6);

    @Test
    void readsTheNestedMapsOfAnObjectByTheirBtf() throws IOException {
        try (Network network = Network.load(object())) {
            network.tenant().create(42L).put(new Flow(HTTPS, 7));

            try (UntypedMap.Owned tenants = opened(network.tenant().id())) {
                UntypedMap.Entry slot = tenants.iterator().next();
                assertThat(tenants).hasToString("HASH_OF_MAPS tenant (id " + tenants.id() + ")");
                assertThat(UntypedMap.ids()).contains(tenants.id());
                assertThat(tenants.isMapOfMaps()).isTrue();
                assertThat(number(tenants.decodeKey(slot.key())))
                        .as("by the BTF of the program, because an outer map has none")
                        .isEqualTo(42);
                try (UntypedMap.Owned flows = Objects.requireNonNull(tenants.openInner(u32(slot.value())))) {
                    UntypedMap.Entry flow = flows.iterator().next();
                    assertThat(Objects.requireNonNull(flows.decodeKey(flow.key())))
                            .hasToString("{port: 443, protocol: 6}");
                    assertThat(flows.decodeValue(flow.value())).hasToString("[7]");
                    assertThat(List.of(flows.keySize(), flows.valueSize(), flows.valuesPerEntry()))
                            .containsExactly(4, 8, 1);
                }
            }
        }
    }

    /** Pinned maps outlive the programs. Their inner maps keep the BTF of the object. */
    @Test
    void readsOuterKeysByTheBtfOfAnInnerMapWhenNoProgramIsLoaded() throws IOException {
        try (Network network = load()) {
            network.tenant().create(42L);
        }
        try (UntypedMap.Owned tenants =
                Objects.requireNonNull(UntypedMap.openPinned(fs.path("tenant"), MapAccess.READ_ONLY))) {
            assertThat(number(tenants.decodeKey(tenants.iterator().next().key())))
                    .isEqualTo(42);
        }
    }

    /** Many loaders create inner maps without BTF. */
    @Test
    void readsAnInnerMapWithoutBtfByTheDeclarationOfItsOuterMap() throws IOException {
        KernelMapFactory maps = new KernelMapFactory();
        RawMap counters = maps.create(new MapShape("own", MapKind.ARRAY, 4, 8, 8, 0), null);
        RawMap others = maps.create(new MapShape("other", MapKind.ARRAY, 4, 16, 8, 0), null);
        try (Network network = Network.load(object());
                UntypedMap.Owned shards = opened(network.shard().id());
                UntypedMap.Owned inner = Objects.requireNonNull(shards.openInner(counters.id()));
                UntypedMap.Owned other = Objects.requireNonNull(shards.openInner(others.id()))) {
            // No program uses this outer map.
            assertThat(shards.decodeKey(ByteString.of(new byte[4]))).isNull();
            assertThat(inner.decodeValue(ByteString.of(new byte[8]))).isEmpty();
            try (UntypedMap.Owned tenants = opened(network.tenant().id());
                    UntypedMap.Owned flows = Objects.requireNonNull(tenants.openInner(counters.id()))) {
                assertThat(flows.decodeValue(ByteString.of(new byte[8]))).hasToString("[0]");
            }
            assertThat(other.decodeValue(ByteString.of(new byte[16]))).isEmpty();
        } finally {
            counters.close();
            others.close();
        }
    }

    @Test
    void writesAndRemovesBytes() throws IOException {
        try (RawMap raw = new KernelMapFactory().create(new MapShape("bytes", MapKind.HASH, 4, 3, 2, 0), null);
                UntypedMap.Owned map = opened(raw.id())) {
            UntypedMap.Entry entry = new UntypedMap.Entry(ByteString.ofHex("00000001"), ByteString.ofHex("c0ffee"));
            map.put(entry);
            assertThat(map.putIfAbsent(entry)).isFalse();

            assertThat(map.get(entry.key())).isEqualTo(entry);
            assertThat(map).containsExactly(entry);
            assertThat(map.decodeKey(entry.key())).isNull();
            assertThat(map.decodeValue(entry.value())).isEmpty();
            assertThat(map.remove(entry.key())).isTrue();
            assertThat(map.get(entry.key())).isNull();
            assertThatThrownBy(() -> map.put(new UntypedMap.Entry(entry.key(), ByteString.ofHex("00"))))
                    .hasMessage("a value of bytes has 3 bytes, but 1 were given");
            assertThatThrownBy(() -> map.get(ByteString.ofHex("00")))
                    .hasMessage("a key of bytes has 4 bytes, but 1 were given");
        }
    }

    @Test
    void saysWhatItCantDo() throws IOException {
        try (RawMap queue = new KernelMapFactory().create(new MapShape("queue", MapKind.QUEUE, 0, 4, 1, 0), null);
                Network network = Network.load(object());
                UntypedMap.Owned tenants = opened(network.tenant().id());
                UntypedMap.Owned tasks = opened(queue.id())) {
            assertThatThrownBy(() -> tenants.put(
                            new UntypedMap.Entry(ByteString.ofHex("00000001"), ByteString.ofHex("00000001"))))
                    .hasMessageContaining("written as a file descriptor");
            assertThatThrownBy(tasks::count).hasMessageContaining("a QUEUE can't be iterated");
            assertThatThrownBy(() -> UntypedMap.openPinned(fs.path(""), MapAccess.READ_ONLY))
                    .hasMessageContaining("opening of the pin");
        }
    }

    /** A ring buffer has neither keys nor values. */
    @Test
    void saysThatARingBufferHasNoEntries() {
        try (RawMap raw = new KernelMapFactory().create(new MapShape("ring", MapKind.RINGBUF, 0, 0, 4096, 0), null);
                UntypedMap.Owned map = opened(raw.id())) {
            String reason = "the kernel has no such operation for a RINGBUF";
            UntypedMap.Entry entry = new UntypedMap.Entry(ByteString.ofHex(""), ByteString.ofHex(""));
            assertThatThrownBy(map::count).hasMessageContaining(reason);
            assertThatThrownBy(() -> map.putAll(List.of(entry))).hasMessageContaining(reason);
            assertThatThrownBy(() -> map.removeAll(List.of(entry.key()))).hasMessageContaining(reason);
        }
    }

    @Test
    void vanishesOrIsClosed() {
        RawMap raw = new KernelMapFactory().create(new MapShape("gone", MapKind.HASH, 4, 4, 1, 0), null);
        UntypedMap.Owned map = opened(raw.id());
        int id = raw.id();
        raw.close();
        assertThat(map.count()).as("the handle keeps the map").isZero();

        map.close();

        assertThatThrownBy(map::count).isInstanceOf(InvalidHandleException.class);
        assertThat(UntypedMap.open(id)).isNull();
    }

    @Test
    void opensPinsForReadingWithoutPrivileges() throws IOException {
        pins = pins.withPermissions("rw-r--r--");
        try (Network network = load()) {
            network.counter().put(new Network.Counter(1, 5));
            Files.setPosixFilePermissions(fs.path("acme"), PosixFilePermissions.fromString("rwxr-xr-x"));

            assertThat(new ChildVm().asNobody("").run(Reader.class, fs.path("").toString()))
                    .contains("ARRAY counter", "0500000000000000")
                    .containsPattern("key: .*1") // the types are in the text beside the pin
                    .contains("listing of all maps: EPERM (1): it requires CAP_SYS_ADMIN, CAP_BPF is not enough")
                    .contains("opening of the map with id 1: EPERM (1)")
                    .contains("nothing: null");
        }
    }

    static final class Reader {
        private Reader() {}

        public static void main(String[] args) {
            Path root = Path.of(args[0]);
            try (UntypedMap.Owned map =
                    Objects.requireNonNull(UntypedMap.openPinned(root.resolve("acme/counter"), MapAccess.READ_ONLY))) {
                System.out.println(map + " " + map.get(ByteString.ofHex("01000000")));
                System.out.println("key: " + map.decodeKey(ByteString.ofHex("01000000")));
            }
            System.out.println("nothing: " + UntypedMap.openPinned(root.resolve("nothing"), MapAccess.READ_ONLY));
            tryTo(UntypedMap::ids);
            tryTo(() -> UntypedMap.open(1));
        }

        private static void tryTo(Runnable action) {
            try {
                action.run();
                System.out.println("allowed");
            } catch (RuntimeException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static UntypedMap.Owned opened(int id) {
        return Objects.requireNonNull(UntypedMap.open(id));
    }

    private static long number(@Nullable BtfValue value) {
        return Objects.requireNonNull(Objects.requireNonNull(value).number()).longValueExact();
    }

    private static int u32(ByteString bytes) {
        return ByteBuffer.wrap(bytes.toBytes()).order(ByteOrder.nativeOrder()).getInt();
    }
}
