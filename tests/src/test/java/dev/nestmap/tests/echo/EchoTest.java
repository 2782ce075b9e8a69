/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.echo;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.runtime.KeyedAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.WritableArrayView;
import dev.nestmap.runtime.attach.TestRun;
import dev.nestmap.runtime.attach.UntypedProgram;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapKind;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.tests.toolchain.CodecBytes;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/**
 * Proves that Java and C read what the other wrote: random entries of random records with every component type and map type, for every clang.
 * It finds faults of generated codecs, views and headers in combinations that nobody thought of. The headers also assert each offset, so a
 * wrong layout does not compile. {@code LayoutFuzzTest} tests layouts that records cannot declare, and classes in {@code types} the limits
 * and messages of one component type each.
 */
@KernelTest
@Tag("long")
class EchoTest {
    /** Random seed of this run. Repeat a run with {@code -Dnestmap.seed=...}. */
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());

    private static final int ENTRIES = Integer.getInteger("nestmap.fuzz.entries", 20);

    /** Limit for the size of entries, because the verifier walks through every byte. */
    private static final int MOST_BYTES = 1_500;

    /** Attempts per entry: random numbers may be no constant of an enum. */
    private static final int MOST_TRIES = 20_000;

    private final ComponentComparison numbers = new ComponentComparison();

    @TempDir
    Path directory;

    private int maps;
    private int entries;

    @InstalledClang.Each
    void entriesReturnUnchanged(InstalledClang clang) throws IOException, ReflectiveOperationException {
        System.out.println("EchoTest: " + clang + ", -Dnestmap.seed=" + SEED);
        long seed = SEED + clang.version();
        RandomRecords records = new RandomRecords(seed);
        Compilation compilation = new OutputFolder(directory).compile(Sources.of(records.source("Echo", 40, 60, 8)));
        assertThat(compilation.errors()).as("seed %d", seed).isEmpty();
        Schema schema = SchemaText.parse(Files.readString(directory.resolve("META-INF/bpf/random/echo.schema")));
        List<MapDef> echoed = schema.maps().stream()
                .filter(map -> map.role() == MapRole.PLAIN)
                .filter(map -> type(map.key()).size() + type(map.value()).size() <= MOST_BYTES)
                .toList();
        Path object = compile(clang, echoed);

        try (URLClassLoader classes = new URLClassLoader(
                        new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
                LoadedObject bpf = load(classes, "random.EchoBpf", object)) {
            for (MapDef map : echoed) {
                exchange(bpf, map, new RandomEntries(new Random(seed), constants(schema)), seed);
            }
        }

        System.out.println("EchoTest: " + clang + ", " + entries + " entries of " + maps + " maps, "
                + numbers.compared() + " numbers compared by name");
        assertThat(maps).isGreaterThan(echoed.size() * 3 / 4);
        assertThat(numbers.compared()).isPositive();
    }

    private Path compile(InstalledClang clang, List<MapDef> echoed) throws IOException {
        Path source = Files.writeString(directory.resolve("echo.bpf.c"), EchoProgram.of("echo", echoed));
        Path object = directory.resolve("echo.bpf.o");
        clang.compile(source, object, directory.resolve("META-INF/bpf/include")).succeeded();
        return object;
    }

    private static LoadedObject load(ClassLoader classes, String name, Path object)
            throws ReflectiveOperationException {
        try {
            return (LoadedObject)
                    classes.loadClass(name).getMethod("load", Path.class).invoke(null, object);
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        }
    }

    /** Numbers for integers that stand for a constant of an enum: those of the enums, and the first few. */
    private static List<Long> constants(Schema schema) {
        return LongStream.concat(
                        schema.types().stream()
                                .filter(EnumType.class::isInstance)
                                .flatMap(type -> ((EnumType) type).constants().stream())
                                .mapToLong(EnumType.Constant::value),
                        LongStream.range(0, 5))
                .boxed()
                .toList();
    }

    @SuppressWarnings("unchecked") // the accessor and its codec are for the same entries
    private void exchange(LoadedObject bpf, MapDef map, RandomEntries random, long seed)
            throws ReflectiveOperationException {
        KeyedAccessor<Object, Object> accessor = (KeyedAccessor<Object, Object>)
                bpf.getClass().getMethod(map.name()).invoke(bpf);
        Field field = accessor.getClass().getDeclaredField("CODEC");
        field.setAccessible(true);
        Exchange exchange = new Exchange(
                map, accessor, (EntryCodec<Object, Object>) field.get(null), bpf.program("echo_" + map.name()));
        int done = 0;
        for (int tries = 0; tries < MOST_TRIES && done < ENTRIES; tries++) {
            Optional<Entry> entry = exchange.decoded(random);
            if (entry.isPresent()) {
                exchange.echo(entry.get(), seed);
                done++;
            }
        }
        entries += done;
        maps += done > 0 ? 1 : 0;
    }

    private static CType type(@Nullable CType type) {
        return Objects.requireNonNull(type);
    }

    /** An entry and its bytes. */
    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Entry(Object key, Object entry, byte[] keyBytes, byte[] valueBytes) {}

    /** Writes entries to one map and reads them back. */
    private final class Exchange {
        private final MapDef map;
        private final KeyedAccessor<Object, Object> accessor;
        private final EntryCodec<Object, Object> codec;
        private final UntypedProgram program;

        Exchange(
                MapDef map,
                KeyedAccessor<Object, Object> accessor,
                EntryCodec<Object, Object> codec,
                UntypedProgram program) {
            this.map = map;
            this.accessor = accessor;
            this.codec = codec;
            this.program = program;
        }

        /** Returns a random entry, or nothing if Java refuses the random bytes. */
        Optional<Entry> decoded(RandomEntries random) {
            byte[] key = random.of(type(map.key()));
            byte[] value = random.of(type(map.value()));
            if (map.kind() == MapKind.ARRAY) {
                LittleEndianBits.put(
                        key,
                        0,
                        Integer.SIZE,
                        Math.floorMod(LittleEndianBits.get(key, 0, Integer.SIZE), map.maxEntries()));
            }
            Object decodedKey;
            Object decoded;
            try {
                decodedKey = codec.readKey(CodecBytes.buffer(key), 0);
                decoded = codec.read(decodedKey, CodecBytes.buffer(value), 0);
            } catch (BpfException | IllegalArgumentException refused) {
                return Optional.empty(); // also refused by constructors, for example a prefix with host bits
            }
            Entry entry = encoded(decodedKey, decoded);
            assertThat(entry.keyBytes()).as("%s", map).isEqualTo(key);
            // A map with keys only has a value of one byte, which nobody reads.
            boolean onlyKey = decoded.getClass().getRecordComponents().length == 1;
            assertThat(entry.valueBytes()).as("%s", map).isEqualTo(onlyKey ? entry.valueBytes() : value);
            return Optional.of(entry);
        }

        void echo(Entry entry, long seed) throws ReflectiveOperationException {
            String what = "seed " + seed + ", " + map.name() + ", " + entry;
            if (type(map.value()) instanceof StructType struct) {
                numbers.compare(entry.entry(), struct, entry.valueBytes());
            }
            if (type(map.key()) instanceof StructType struct) {
                numbers.compare(entry.key(), struct, entry.keyBytes());
            }
            accessor.put(entry.entry());

            int answer = program.testRun(TestRun.Input.context(firstIs(entry.keyBytes())))
                    .returnValue();

            long sum = FieldSums.sum(entry.keyBytes(), type(map.key()));
            sum = FieldSums.sum(entry.valueBytes(), type(map.value()), sum);
            assertThat(answer).as(what).isEqualTo((int) (sum ^ sum >>> Integer.SIZE) & Integer.MAX_VALUE);
            Object back = accessor.getAll(List.of(entry.key())).get(entry.key());
            assertThat(back).as(what).isNotNull();
            Entry again = encoded(codec.keyOf(back), back);
            assertThat(again.keyBytes()).as(what).isEqualTo(entry.keyBytes());
            assertThat(again.valueBytes()).as(what).isEqualTo(entry.valueBytes());
            assertThat(again.key()).as(what).usingRecursiveComparison().isEqualTo(entry.key());
            if (map.kind() == MapKind.ARRAY) {
                assertViewsRead(back, entry.key(), what);
            }
            accessor.clear();
        }

        /** Views of an array read the entry that its accessor reads, and write it. */
        @SuppressWarnings("unchecked") // the view and its accessor are for the same entries
        private void assertViewsRead(Object entry, Object key, String what) throws ReflectiveOperationException {
            try (WritableArrayView<Object, Object> view = (WritableArrayView<Object, Object>)
                    accessor.getClass().getMethod("writableView").invoke(accessor)) {
                assertThat(view.get(key)).as(what).usingRecursiveComparison().isEqualTo(entry);
                accessor.clear();
                view.put(entry);
                assertThat(accessor.getAll(List.of(key)).get(key))
                        .as(what)
                        .usingRecursiveComparison()
                        .isEqualTo(entry);
                assertThat(view.get(key)).as(what).usingRecursiveComparison().isEqualTo(entry);
            }
        }

        private Entry encoded(Object key, Object entry) {
            return new Entry(key, entry, CodecBytes.ofKey(codec, key), CodecBytes.ofValue(codec, entry));
        }
    }

    private static byte[] firstIs(byte[] key) {
        byte[] context = new byte[Long.BYTES];
        System.arraycopy(key, 0, context, 0, Math.min(key.length, context.length));
        return context;
    }
}
