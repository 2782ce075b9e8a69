/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.Nestmap;
import dev.nestmap.runtime.internal.kernel.map.KernelMapFactory;
import dev.nestmap.runtime.internal.map.MapShape;
import dev.nestmap.runtime.internal.map.RawMap;
import dev.nestmap.runtime.internal.memory.OffHeapBlock;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.TestPrograms;
import dev.nestmap.schema.MapKind;
import dev.nestmap.types.ByteString;
import dev.nestmap.untyped.UntypedMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/** The maps of {@code nest.bpf.c} in the kernel. They are made without records, as another program would make them. */
public final class NestFixture implements AutoCloseable {
    private static final int FLOW_KEY = 16;
    private static final int FLOW = 56;

    private final LoadedObject object;
    private final Path file;

    private NestFixture(LoadedObject object, Path file) {
        this.object = object;
        this.file = file;
    }

    /** Loads the object. */
    public static NestFixture load() throws IOException {
        Path file = Files.createTempFile("nest", ".bpf.o");
        Files.write(file, TestPrograms.object("nest.bpf.c"));
        LoadedObject object = Nestmap.open(file).load();
        return new NestFixture(object, file);
    }

    public LoadedObject object() {
        return object;
    }

    /** The object file. */
    public Path file() {
        return file;
    }

    /** The id of one of the object's maps, by its name in C. */
    public String id(String name) {
        return Integer.toUnsignedString(UntypedMap.of(object, name).id());
    }

    public UntypedMap.Owned open(String name) {
        return Objects.requireNonNull(UntypedMap.open(Integer.parseInt(id(name))));
    }

    /** A flow from 10.0.0.n to 127.0.0.1. */
    public static UntypedMap.Entry flow(int n, long packets) {
        ByteBuffer key = ByteBuffer.allocate(FLOW_KEY);
        key.putInt(0x0a000000 + n)
                .putInt(0x7f000001)
                .putShort((short) (40000 + n))
                .putShort((short) 443);
        key.put(12, (byte) (n % 2 == 0 ? 6 : 17));
        ByteBuffer value = ByteBuffer.allocate(FLOW).order(ByteOrder.nativeOrder());
        value.putInt(4, n % 3).putLong(8, packets).putLong(16, 100 * packets);
        value.put(32, ("eth" + n).getBytes(StandardCharsets.US_ASCII));
        value.put(48, new byte[] {2, 3, 4, 5, 6, 7});
        return new UntypedMap.Entry(ByteString.of(key.array()), ByteString.of(value.array()));
    }

    /** Puts an entry into a map with this name. */
    public void put(String map, UntypedMap.Entry entry) {
        try (UntypedMap.Owned opened = open(map)) {
            opened.put(entry);
        }
    }

    /** Puts inner maps without BTF into slots of the map of all tenants, each with some flows. */
    public void addTenants(int from, int count, int flows) {
        assumeTrue(
                KernelAssumptions.isAtLeast(System.getProperty("os.version"), "6.2"),
                "before Linux 6.2, an inner map without BTF types does not fit a definition that has some");
        KernelMapFactory maps = new KernelMapFactory();
        RawMap outer = Objects.requireNonNull(maps.open(Integer.parseInt(id("flows_of_each_tenant"))));
        OffHeapBlock key = OffHeapBlock.allocate(Integer.BYTES);
        for (int tenant = from; tenant < from + count; tenant++) {
            RawMap inner = maps.create(new MapShape("by_hand", MapKind.HASH, FLOW_KEY, FLOW, 4096, 0), null);
            try (UntypedMap.Owned opened = Objects.requireNonNull(UntypedMap.open(inner.id()))) {
                for (int n = 1; n <= flows; n++) {
                    opened.put(flow(n, n));
                }
            }
            key.bytes().putInt(0, tenant);
            putInto(outer, key, inner);
            inner.close();
        }
        outer.close();
    }

    /** Puts a map of the object into a slot of the map of all tenants. */
    public void share(String map, int tenant) {
        KernelMapFactory maps = new KernelMapFactory();
        RawMap outer = Objects.requireNonNull(maps.open(Integer.parseInt(id("flows_of_each_tenant"))));
        RawMap inner = Objects.requireNonNull(maps.open(Integer.parseInt(id(map))));
        OffHeapBlock key = OffHeapBlock.allocate(Integer.BYTES);
        key.bytes().putInt(0, tenant);
        putInto(outer, key, inner);
        inner.close();
        outer.close();
    }

    private static void putInto(RawMap outer, OffHeapBlock key, RawMap inner) {
        int result = outer.update(key, 0, inner, 0);
        if (result != 0) {
            throw new AssertionError("errno " + -result);
        }
    }

    @Override
    public void close() throws IOException {
        object.close();
        Files.delete(file);
    }
}
