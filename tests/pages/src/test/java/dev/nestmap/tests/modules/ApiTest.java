/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What users and generated code can call is written down in {@code src/test/api}, so that a change of it is seen in a review. {@code
 * -Dgolden.update=true} rewrites the files. Read the difference before you commit it: the message says what breaks users. Generated classes
 * are written down as goldens of the processor, and {@code bin/release} compares with the jars of the last release.
 */
class ApiTest {
    private static final Path FILES = Path.of("src/test/api");

    private static final ToolProvider JAVAP = ToolProvider.findFirst("javap").orElseThrow();

    @Test
    void theSignaturesOfExportedTypesAreThoseThatWereReviewed() throws IOException {
        Map<String, String> found = new TreeMap<>();
        for (ModuleReference module : ModuleFinder.of(ModulePath.of(
                                "annotations|schema|btf|lint|natives|runtime|memory|untyped|kafka|jdbc|micrometer",
                                "none")
                        .toArray(Path[]::new))
                .findAll()) {
            List<String> types = exportedTypes(module);
            if (!types.isEmpty()) {
                found.put(
                        module.descriptor().name() + ".txt",
                        types.stream().map(ApiTest::signatures).collect(Collectors.joining("\n")));
            }
        }
        if (Boolean.getBoolean("golden.update")) {
            for (Map.Entry<String, String> file : found.entrySet()) {
                Files.writeString(Files.createDirectories(FILES).resolve(file.getKey()), file.getValue());
            }
        }

        try (Stream<Path> files = Files.list(FILES)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(found.keySet());
        }
        for (Map.Entry<String, String> file : found.entrySet()) {
            String reviewed = Files.readString(FILES.resolve(file.getKey()));
            assertThat(file.getValue())
                    .as(
                            "%s (after a review, update it with -Dtest=ApiTest -Dgolden.update=true)%s",
                            file.getKey(), effect(reviewed, file.getValue()))
                    .isEqualTo(reviewed);
        }
    }

    @Test
    void whatGoesBreaksCallersAndWhatIsAbstractBreaksImplementers() {
        String before = "public interface A {\n  public abstract int a();\n  public abstract int b();\n}\n";

        assertThat(effect(before, before)).isEmpty();
        assertThat(effect(before, before.replace("int b()", "long b()")))
                .contains("callers, in sources or binaries", "- public interface A { public abstract int b();")
                .contains("implementers", "- public interface A { public abstract long b();");
        assertThat(effect(before, before.replace("}", "  public default int c();\n}")))
                .contains("Nobody", "c();")
                .doesNotContain("callers", "implementers");
    }

    /** Says whom a change of signatures breaks. */
    private static String effect(String before, String after) {
        Set<String> gone = members(before);
        Set<String> come = members(after);
        gone.removeAll(members(after));
        come.removeAll(members(before));
        Predicate<String> isAbstract = line -> line.contains(" abstract ");
        return list("breaks callers, in sources or binaries, because it goes", gone)
                + list(
                        "breaks implementers in sources, unless only Nestmap implements it",
                        come.stream().filter(isAbstract).toList())
                + list(
                        "Nobody breaks, because it comes",
                        come.stream().filter(isAbstract.negate()).toList());
    }

    private static String list(String title, Collection<String> members) {
        return members.isEmpty() ? "" : "\n" + title + ":\n- " + String.join("\n- ", members);
    }

    /** Each member with the line of its type. */
    private static Set<String> members(String signatures) {
        Set<String> members = new TreeSet<>();
        String type = "";
        for (String line : signatures.lines().toList()) {
            if (line.endsWith("{")) {
                type = line;
                members.add(type);
            } else if (line.startsWith("  ")) {
                members.add(type + " " + line.strip());
            }
        }
        return members;
    }

    /** The names of classes that a class outside the module can name. */
    private static List<String> exportedTypes(ModuleReference module) throws IOException {
        Set<String> packages = module.descriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(Exports::source)
                .collect(Collectors.toSet());
        try (ModuleReader reader = module.open();
                Stream<String> files = reader.list()) {
            return files.filter(file -> file.endsWith(".class") && file.contains("/"))
                    .map(file ->
                            file.substring(0, file.length() - ".class".length()).replace('/', '.'))
                    .filter(type -> packages.contains(type.substring(0, type.lastIndexOf('.'))))
                    .filter(type -> isAccessible(load(type)))
                    .sorted()
                    .toList();
        }
    }

    private static boolean isAccessible(Class<?> type) {
        Class<?> outer = type.getEnclosingClass();
        return (type.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0
                && (outer == null || isAccessible(outer));
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, ApiTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The members are sorted, because their order in a file is nobody's business. */
    private static String signatures(String type) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out);
        int code = JAVAP.run(writer, writer, "-protected", "-cp", System.getProperty("java.class.path"), type);
        assertThat(code).as(out.toString()).isZero();
        List<String> lines = out.toString()
                .lines()
                .filter(line -> !line.startsWith("Compiled from"))
                .collect(Collectors.toCollection(ArrayList::new));
        List<String> members = lines.subList(1, lines.size() - 1);
        members.sort(null);
        return String.join("\n", lines) + "\n";
    }
}
