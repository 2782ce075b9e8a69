/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli.records;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import dev.nestmap.btf.MalformedMap;
import dev.nestmap.btf.MalformedObjectException;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.lint.LoadCheck;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.runtime.testing.TestPrograms;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Whatever an object file contains, {@code check} ends without an exception, and {@code import} writes one Java interface or nothing. */
@KernelTest
class HostileObjectsTest {
    /** {@code -Dnestmap.seed=...} sets another seed. */
    private static final long SEED = Long.getLong("nestmap.seed", System.nanoTime());

    private static final int ROUNDS = Integer.getInteger("nestmap.rounds", 60);

    private static final int[] EDGES = {0, 1, -1, 2, 0xff, 0xffff, Integer.MAX_VALUE, Integer.MIN_VALUE};

    private static final List<String> NAMES = List.of(
            "int",
            "class",
            "a\nb",
            "*/",
            "\"x",
            "\\u002a",
            "../../x",
            "-",
            "$",
            "\u202e",
            "record",
            "_",
            "union",
            "null",
            "9a",
            "String",
            "Key",
            "toString",
            "\033[1m",
            "");

    /** The start and length of the types, and the start and length of their names, in {@code .BTF}. */
    private record Places(int types, int typesLength, int names, int namesLength) {
        /** Finds them by the magic number, and reads {@code struct btf_header}. */
        static Places in(byte[] object) {
            ByteBuffer bytes = ByteBuffer.wrap(object).order(ByteOrder.LITTLE_ENDIAN);
            int at = 0;
            while ((bytes.getInt(at) & 0xffffff) != 0x01eb9f || bytes.getInt(at + 4) != 24) {
                at += 4;
            }
            return new Places(
                    at + 24 + bytes.getInt(at + 8),
                    bytes.getInt(at + 12),
                    at + 24 + bytes.getInt(at + 16),
                    bytes.getInt(at + 20));
        }
    }

    @Test
    void changedTypesAndNamesAreCheckedAndImported() throws IOException {
        byte[] object = TestPrograms.object("nest.bpf.c");
        Places places = Places.in(object);
        int imported = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] changed = changed(object, places, new Random(SEED + round));
            try {
                imported += checkAndImport(changed) ? 1 : 0;
            } catch (RuntimeException | AssertionError | StackOverflowError e) {
                throw new AssertionError("-Dnestmap.seed=" + (SEED + round), e);
            }
        }
        assertThat(imported).as("-Dnestmap.seed=%s", SEED).isBetween(ROUNDS / 5, ROUNDS);
    }

    private static byte[] changed(byte[] object, Places places, Random random) {
        byte[] changed = object.clone();
        ByteBuffer bytes = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = random.nextInt(5); i >= 0; i--) {
            int at = places.types() + random.nextInt(places.typesLength() / 4) * 4;
            switch (random.nextInt(6)) {
                case 0 -> bytes.putInt(at, EDGES[random.nextInt(EDGES.length)]);
                case 1 -> bytes.putInt(at, random.nextInt(100));
                default -> rename(changed, places, random);
            }
        }
        return changed;
    }

    /** Replaces one of the names, at most in its length. */
    private static void rename(byte[] object, Places places, Random random) {
        int start = places.names() + 1 + random.nextInt(places.namesLength() - 2);
        while (object[start - 1] != 0) {
            start--;
        }
        byte[] name = NAMES.get(random.nextInt(NAMES.size())).getBytes(StandardCharsets.UTF_8);
        for (int i = 0; object[start + i] != 0; i++) {
            object[start + i] = i < name.length ? name[i] : 0;
            if (i >= name.length) {
                return;
            }
        }
    }

    /** Returns false if the object can't be read. */
    private static boolean checkAndImport(byte[] object) throws IOException {
        assertThat(LoadCheck.of("x.o", object, List.of())).isNotNull();
        List<MalformedMap> malformed = new ArrayList<>();
        ObjectFile file;
        try {
            file = ObjectFile.parseReadable("x.o", object, malformed);
        } catch (MalformedObjectException e) {
            return false;
        }
        Map<String, String> unreadable = new LinkedHashMap<>();
        malformed.forEach(map -> unreadable.put(map.name(), map.message()));
        for (boolean hasHeader : List.of(false, true)) {
            ImportRequest request =
                    new ImportRequest(file.schema(), "x.o", "com.acme", "x", hasHeader, Map.of(), Map.of(), unreadable);
            requireOneInterface(RecordImport.of(request));
        }
        return true;
    }

    private static void requireOneInterface(ImportedRecords records) throws IOException {
        assertThat(records.className()).matches("[A-Za-z][A-Za-z0-9]*");
        assertThat(records.source()).matches("[\\n -~]*");
        DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
        JavaFileObject source = new SimpleJavaFileObject(URI.create("string:///X.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
                return records.source();
            }
        };
        JavacTask task = (JavacTask) ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, problems, List.of("-proc:none"), null, List.of(source));
        for (CompilationUnitTree unit : task.parse()) {
            assertThat(unit.getPackageName()).hasToString("com.acme");
            assertThat(unit.getTypeDecls()).hasSize(1);
        }
        assertThat(problems.getDiagnostics())
                .as(records.source())
                .noneMatch(problem -> problem.getKind() == Diagnostic.Kind.ERROR);
    }
}
