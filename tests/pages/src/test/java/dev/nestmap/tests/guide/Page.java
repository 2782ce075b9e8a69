/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.tests.ProjectFiles;
import java.io.IOException;
import java.io.InputStream;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;

/**
 * A page of the documentation and its code.
 *
 * @param path the file
 * @param snippets the blocks of code
 * @param beside files of the repository that are compiled with them
 */
record Page(Path path, List<Snippet> snippets, List<String> beside) {
    private static final Path ROOT = Path.of("../..");
    private static final Path DOCS = ROOT.resolve("docs");
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:public |final )*(?:interface|record|enum|class) (\\w+)");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final Pattern BESIDE = Pattern.compile("<!-- beside: (\\S+) -->");
    private static final Pattern HEADER = Pattern.compile("#include \"(\\w+)\\.bpf\\.h\"");
    private static final String IMPORTS = """
            package com.acme;

            import com.acme.TenantFlows.*;
            import com.acme.TenantFlowsBpf.*;
            import dev.nestmap.annotations.*;
            import dev.nestmap.memory.*;
            import dev.nestmap.jdbc.*;
            import dev.nestmap.micrometer.*;
            import dev.nestmap.runtime.*;
            import dev.nestmap.runtime.attach.*;
            import dev.nestmap.runtime.error.*;
            import dev.nestmap.runtime.observe.*;
            import dev.nestmap.runtime.pin.*;
            import dev.nestmap.untyped.*;
            import dev.nestmap.types.*;
            import java.net.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;

            """;

    /**
     * The README and every page in docs that has code, except the pages of the rules, which {@code RulesTest} compiles.
     * {@code -Dpage=how-to} selects the pages whose path contains this text.
     */
    static List<Page> all() throws IOException {
        List<Path> pages = ProjectFiles.below(DOCS, ".*\\.md");
        return Stream.concat(Stream.of(ROOT.resolve("README.md")), pages.stream())
                .filter(file -> !file.startsWith(DOCS.resolve("rules")))
                .map(Page::read)
                .filter(page -> !page.snippets.isEmpty())
                .filter(page -> page.toString().contains(System.getProperty("page", "")))
                .toList();
    }

    private static Page read(Path path) {
        String text = ProjectFiles.text(path);
        return new Page(
                path,
                Snippet.of(text),
                BESIDE.matcher(text).results().map(file -> file.group(1)).toList());
    }

    /** Compiles the page's Java and C into a directory that a class loader can read, and compares what the page shows of generated code. */
    void compile(Path directory) throws IOException {
        Compilation compilation = compileJava();
        assertThat(compilation).succeeded();
        compareGenerated(compilation);
        writeClasses(compilation, directory);
        compileC(directory);
    }

    /** A loader of the compiled classes. */
    static URLClassLoader classes(Path directory) throws MalformedURLException {
        return new URLClassLoader(new URL[] {directory.toUri().toURL()}, Page.class.getClassLoader());
    }

    /** Compiles the page's Java, beside the object that the README declares. */
    private Compilation compileJava() {
        Map<String, JavaFileObject> sources = new LinkedHashMap<>(readmeObject());
        for (Snippet snippet : snippets) {
            if (snippet.language().equals("java") && !snippet.is("generated") && !snippet.is("part of")) {
                String source = javaSource(snippet);
                sources.put(name(source), JavaFileObjects.forSourceString(name(source), source));
            }
        }
        beside.stream()
                .filter(file -> file.endsWith(".java"))
                .map(ShownFilesTest::shown)
                .forEach(source -> {
                    sources.put(name(source), JavaFileObjects.forSourceString(name(source), source));
                });
        return Compilers.nestmap().compile(sources.values());
    }

    /** Writes what the processor and the Java compiler made to a directory that a class loader can read. */
    private static void writeClasses(Compilation compilation, Path directory) throws IOException {
        for (JavaFileObject file : compilation.generatedFiles()) {
            Path target = directory.resolve(file.getName().replaceFirst("^/CLASS_OUTPUT/", ""));
            if (target.startsWith(directory)) {
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                try (InputStream content = file.openInputStream()) {
                    Files.write(target, content.readAllBytes());
                }
            }
        }
    }

    /**
     * Compares the blocks of generated code, and the declarations of helpers, with what the processor wrote. A line of three dots stands for
     * other lines.
     */
    private void compareGenerated(Compilation compilation) throws IOException {
        for (Snippet snippet : snippets) {
            if (snippet.is("generated")) {
                String written = generated(compilation, snippet.argument());
                for (String part : snippet.code().split("(?m)^\\.\\.\\.\\n", -1)) {
                    assertThat(written)
                            .as("line %d of %s", snippet.line(), path)
                            .contains(part);
                }
            } else if (snippet.is("declared in")) {
                String written = oneLine(generated(compilation, snippet.argument()));
                for (String declaration : snippet.code().split(";\\n", -1)) {
                    String head = declaration.isEmpty() ? "" : "static __always_inline " + oneLine(declaration) + " {";
                    assertThat(written)
                            .as("line %d of %s", snippet.line(), path)
                            .contains(head);
                }
            }
        }
    }

    private static String oneLine(String code) {
        return code.replaceAll("\\s+", " ");
    }

    private static String generated(Compilation compilation, String name) throws IOException {
        for (JavaFileObject file : compilation.generatedFiles()) {
            if (file.getName().endsWith("/" + name)) {
                try (InputStream content = file.openInputStream()) {
                    return new String(content.readAllBytes(), StandardCharsets.UTF_8);
                }
            }
        }
        throw new AssertionError(name + " is not among " + compilation.generatedFiles());
    }

    /** Compiles the page's C beside the classes: a whole program to its object, other code to nothing of use. */
    private void compileC(Path classes) throws IOException {
        Path bpf = Files.createDirectories(classes.resolve("META-INF/bpf"));
        List<String> options = List.of(
                "-target",
                "bpf",
                "-O2",
                "-mcpu=v3",
                "-I" + bpf.resolve("include"),
                "-iquote" + ROOT.resolve("annotations/src/main/resources/META-INF/bpf/include"),
                "-Wno-unused-function",
                "-Wno-unused-parameter");
        for (Snippet snippet : snippets) {
            if (snippet.language().equals("c")
                    && (snippet.isFile() || snippet.how().startsWith("c"))) {
                compileC(classes, options, cSource(snippet), snippet.isFile(), snippet.line());
            }
        }
        for (String file : beside) {
            if (file.endsWith(".c")) {
                compileC(classes, options, ShownFilesTest.shown(file), true, 0);
            }
        }
    }

    private void compileC(Path classes, List<String> options, String source, boolean isProgram, int line)
            throws IOException {
        Matcher header = HEADER.matcher(source);
        // A program without a generated header has no name.
        String name = isProgram && header.find() ? header.group(1) : "line" + line;
        Path file = Files.writeString(classes.resolve(name + ".bpf.c"), source);
        assertThat(InstalledClang.newest().compile(file, besideSchema(classes.resolve("META-INF/bpf"), name), options))
                .as("C at line %d of %s", line, path)
                .satisfies(result ->
                        assertThat(result.status()).as(result.output()).isZero());
    }

    /** The path of an object in the package of its records. */
    private static Path besideSchema(Path bpf, String name) throws IOException {
        try (Stream<Path> files = Files.walk(bpf)) {
            return files.filter(file -> file.endsWith(name + ".schema"))
                    .findFirst()
                    .orElse(bpf.resolve(name))
                    .resolveSibling(name + ".bpf.o");
        }
    }

    private static Map<String, JavaFileObject> readmeObject() {
        String source = read(ROOT.resolve("README.md")).snippets.stream()
                .filter(snippet -> snippet.language().equals("java"))
                .findFirst()
                .orElseThrow()
                .code();
        return Map.of("com.acme.TenantFlows", JavaFileObjects.forSourceString("com.acme.TenantFlows", source));
    }

    private static String javaSource(Snippet snippet) {
        String code = snippet.code();
        if (snippet.isFile()) {
            return code.startsWith("package") ? code : IMPORTS + code;
        }
        String name = "Line" + snippet.line();
        if (snippet.is("in an object")) {
            return "%s@BpfObject(\"%s\")\ninterface %s {\n%s\n%s}\n"
                    .formatted(IMPORTS, name.toLowerCase(Locale.ROOT), name, snippet.argument(), code);
        }
        return "%sfinal class %s {\n    void run(%s) throws Exception {\n%s    }\n}\n"
                .formatted(IMPORTS, name, snippet.given(), code);
    }

    private static String name(String source) {
        Matcher name = PACKAGE.matcher(source);
        Matcher type = TYPE.matcher(source);
        assertThat(name.find() && type.find()).as(source).isTrue();
        return name.group(1) + "." + type.group(1);
    }

    private static String cSource(Snippet snippet) {
        if (snippet.isFile()) {
            return snippet.code();
        }
        String head = "#include \"" + snippet.argument() + "\"\n#include <bpf/bpf_endian.h>\n";
        if (snippet.is("c in a program")) {
            return head + "SEC(\"xdp\")\nint program(struct xdp_md *ctx)\n{\n" + snippet.code()
                    + "\treturn XDP_PASS;\n}\n";
        }
        return head + snippet.code();
    }

    @Override
    public String toString() {
        return ROOT.relativize(path).toString();
    }
}
