/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.codec.EntryCodec;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.runtime.internal.migrate.RecordVersions.Edit;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.plan.EntryPlan;
import dev.nestmap.schema.plan.MapPlan;
import dev.nestmap.schema.plan.MapPlan.Outcome;
import dev.nestmap.schema.text.SchemaText;
import dev.nestmap.schema.type.ArrayType;
import dev.nestmap.schema.type.CType;
import dev.nestmap.schema.type.EnumType;
import dev.nestmap.schema.type.Field;
import dev.nestmap.schema.type.Scalar;
import dev.nestmap.schema.type.StructType;
import dev.nestmap.tests.toolchain.CodecBytes;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An edit of the records keeps the values of pinned entries, or the plan of the upgrade says that they wait: for random records and edits, there and back,
 * the generated codec of one version reads from the converted bytes of the other version what the codec of that version read from random bytes.
 */
@Tag("slow")
class RecordVersionsTest {
    /** Random seed of this run. Repeat a run with {@code -Dnestmap.seed=...}. */
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());

    private static final int MAPS = Integer.getInteger("nestmap.maps", 40);
    private static final int ENTRIES = 10;

    /** Attempts for each entry: random numbers may be no constant of an enum. */
    private static final int MOST_TRIES = 200;

    /** The annotated edits with which all entries convert. */
    private static final Edit[] KEEPING = {
        Edit.ORDER,
        Edit.SWAP,
        Edit.RENAME,
        Edit.CONSTANT_ORDER,
        Edit.CONSTANT_ADDED,
        Edit.CONSTANT_RENAMED,
        Edit.ADD,
        Edit.REMOVE,
        Edit.FLAGS,
        Edit.MAP_TYPE
    };

    private final Random random = new Random(SEED);
    private int unchanged;
    private int waiting;
    private int converted;

    @TempDir
    Path directory;

    @Test
    void anEditKeepsTheValuesOrIsReported() throws IOException, ReflectiveOperationException {
        System.out.println("RecordVersionsTest: -Dnestmap.seed=" + SEED);
        List<RecordVersions> maps = new ArrayList<>();
        for (int i = 0; i < MAPS; i++) {
            maps.add(new RecordVersions(i, random));
        }
        try (Codecs before = new Codecs(directory.resolve("before"), maps, RecordVersions::before);
                Codecs after = new Codecs(directory.resolve("after"), maps, RecordVersions::after)) {
            for (RecordVersions map : maps) {
                new Comparison(map, before, after, true).compare();
                new Comparison(map, after, before, false).compare();
            }
        }
        System.out.println("RecordVersionsTest: " + unchanged + " maps unchanged, " + waiting + " wait, " + converted
                + " entries converted");
        assertThat(List.of(unchanged, waiting, converted))
                .allSatisfy(number -> assertThat(number).isPositive());
    }

    /** The generated class of one version. */
    private static final class Codecs implements AutoCloseable {
        final Schema schema;
        private final URLClassLoader classes;
        private final LoadedObject object;

        Codecs(Path folder, List<RecordVersions> maps, Function<RecordVersions, String> source)
                throws IOException, ReflectiveOperationException {
            String declarations = maps.stream().map(source).collect(Collectors.joining());
            Compilation compilation = new OutputFolder(folder).compile(Sources.of("""
                    package random;

                    import dev.nestmap.annotations.*;
                    import dev.nestmap.types.*;
                    import java.time.Duration;

                    @BpfObject
                    public interface Versions {
                    %s}
                    """.formatted(declarations)));
            assertThat(compilation.errors()).as("seed %d", SEED).isEmpty();
            schema = SchemaText.parse(Files.readString(folder.resolve("META-INF/bpf/random/versions.schema")));
            classes = new URLClassLoader(new URL[] {folder.toUri().toURL()}, RecordVersionsTest.class.getClassLoader());
            object = (LoadedObject) classes.loadClass("random.VersionsBpf")
                    .getMethod("inMemory")
                    .invoke(null);
        }

        MapDef map(RecordVersions map) {
            return schema.map(map.mapName()).orElseThrow();
        }

        @SuppressWarnings("unchecked") // only for the entries of its map
        EntryCodec<Object, Object> codec(RecordVersions map) throws ReflectiveOperationException {
            Object accessor = object.getClass().getMethod(map.mapName()).invoke(object);
            java.lang.reflect.Field field = accessor.getClass().getDeclaredField("CODEC");
            field.setAccessible(true);
            return (EntryCodec<Object, Object>) field.get(null);
        }

        @Override
        public void close() throws IOException {
            object.close();
            classes.close();
        }
    }

    /** One map in both versions, in one direction. */
    private final class Comparison {
        private final RecordVersions map;
        private final boolean isForwards;
        private final MapDef before;
        private final EntryCodec<Object, Object> oldCodec;
        private final EntryCodec<Object, Object> newCodec;
        private final MapPlan plan;
        private final MapDef after;

        Comparison(RecordVersions map, Codecs before, Codecs after, boolean isForwards)
                throws ReflectiveOperationException {
            this.map = map;
            this.isForwards = isForwards;
            this.before = before.map(map);
            this.after = after.map(map);
            this.oldCodec = before.codec(map);
            this.newCodec = after.codec(map);
            this.plan = MapPlan.of(before.schema, this.before, after.schema, this.after);
        }

        void compare() throws ReflectiveOperationException {
            if (isForwards && map.hasOnly(KEEPING)) {
                assertThat(plan.problems()).as("%s", this).isEmpty();
            }
            EntryPlan keyPlan = plan.keys();
            EntryPlan valuePlan = plan.values();
            if (plan.outcome() == Outcome.WAITS || keyPlan == null || valuePlan == null) {
                waiting++;
                return;
            }
            unchanged += plan.outcome() == Outcome.UNCHANGED ? 1 : 0;
            LayoutConverter keys = new LayoutConverter(keyPlan);
            LayoutConverter values = new LayoutConverter(valuePlan);
            for (int i = 0; i < ENTRIES; i++) {
                Optional<Entry> entry = entry();
                if (entry.isEmpty()) {
                    return;
                }
                if (plan.outcome() == Outcome.UNCHANGED) {
                    requireSame(entry.get(), entry.get().key(), entry.get().value());
                }
                convert(entry.get(), keys, values);
            }
        }

        private void convert(Entry entry, LayoutConverter keys, LayoutConverter values)
                throws ReflectiveOperationException {
            byte[] key = new byte[size(after.key())];
            byte[] value = new byte[size(after.value())];
            try {
                keys.run(CodecBytes.buffer(entry.key()), 0, CodecBytes.buffer(key), 0);
                values.run(CodecBytes.buffer(entry.value()), 0, CodecBytes.buffer(value), 0);
            } catch (IllegalArgumentException tooLarge) {
                return; // says so
            }
            requireSame(entry, key, value);
            converted++;
        }

        private void requireSame(Entry entry, byte[] key, byte[] value) throws ReflectiveOperationException {
            Map<String, Object> now;
            try {
                now = RecordVersions.values(read(newCodec, key, value));
            } catch (BpfException | IllegalArgumentException refused) {
                return; // says so when it reads the entry
            }
            Map<String, Object> expected = new LinkedHashMap<>();
            Map<String, Object> found = new LinkedHashMap<>();
            entry.values().forEach((name, old) -> {
                String current = map.other(name, isForwards);
                if (now.containsKey(current)) {
                    expected.put(current, old instanceof String text ? map.other(text, isForwards) : old);
                    found.put(current, now.get(current));
                }
            });
            assertThat(found).as("%s", this).isEqualTo(expected);
        }

        /** A random entry of the previous version; empty if its codec reads none of the random bytes. */
        private Optional<Entry> entry() throws ReflectiveOperationException {
            for (int tries = 0; tries < MOST_TRIES; tries++) {
                byte[] key = bytes(type(before.key()));
                byte[] value = bytes(type(before.value()));
                try {
                    return Optional.of(new Entry(key, value, RecordVersions.values(read(oldCodec, key, value))));
                } catch (BpfException | IllegalArgumentException refused) {
                    // other bytes may be an entry
                }
            }
            return Optional.empty();
        }

        @Override
        public String toString() {
            return "-Dnestmap.seed=" + SEED + ", " + map.mapName() + " " + map + "\n" + plan.changes();
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // never compared as a whole
    private record Entry(byte[] key, byte[] value, Map<String, Object> values) {}

    private static Object read(EntryCodec<Object, Object> codec, byte[] key, byte[] value) {
        return codec.read(codec.readKey(CodecBytes.buffer(key), 0), CodecBytes.buffer(value), 0);
    }

    private static CType type(@Nullable CType type) {
        return Objects.requireNonNull(type);
    }

    private static int size(@Nullable CType type) {
        return Math.toIntExact(type(type).size());
    }

    /** Random bytes of a type, with zeros for padding. */
    private byte[] bytes(CType type) {
        byte[] bytes = new byte[size(type)];
        fill(CodecBytes.buffer(bytes), 0, type);
        return bytes;
    }

    private void fill(ByteBuffer to, int at, CType type) {
        if (type instanceof StructType struct) {
            for (Field field : struct.fields()) {
                fill(to, at + Math.toIntExact(field.offset()), field.type());
            }
        } else if (type instanceof ArrayType array) {
            for (int i = 0; i < array.count(); i++) {
                fill(to, at + i * size(array.element()), array.element());
            }
        } else if (type == Scalar.BOOL) {
            to.put(at, (byte) random.nextInt(2));
        } else {
            boolean isSmall = type instanceof EnumType || random.nextBoolean();
            long number = isSmall ? random.nextInt(3) : random.nextLong();
            for (int i = 0; i < size(type); i++) {
                boolean isLittle = to.order() == ByteOrder.LITTLE_ENDIAN;
                to.put(at + (isLittle ? i : size(type) - 1 - i), (byte) (number >> (Byte.SIZE * i)));
            }
        }
    }
}
