/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.guide;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import com.google.testing.compile.JavaFileObjects;
import dev.nestmap.processor.NestmapProcessor;
import dev.nestmap.tests.toolchain.InstalledClang;
import dev.nestmap.tests.toolchain.InstalledCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compiles the Java and C on the README and on the pages of the guide, against the object that the README declares. */
class GuideTest {
    private static final Path ROOT = Path.of("..");
    private static final Pattern TYPE =
            Pattern.compile("(?m)^(?:public |final )*(?:interface|record|enum|class) (\\w+)");
    private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
    private static final String IMPORTS = """
            package com.acme;

            import com.acme.TenantFlows.*;
            import com.acme.TenantFlowsBpf.*;
            import dev.nestmap.annotations.*;
            import dev.nestmap.runtime.*;
            import dev.nestmap.runtime.attach.*;
            import dev.nestmap.runtime.error.*;
            import dev.nestmap.runtime.pin.*;
            import dev.nestmap.runtime.program.*;
            import dev.nestmap.types.*;
            import java.net.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;

            """;

    @TempDir
    Path directory;

    static Stream<Path> pages() throws IOException {
        try (Stream<Path> guide = Files.list(ROOT.resolve("docs/guide"))) {
            List<Path> pages = new ArrayList<>(guide.sorted().toList());
            pages.add(0, ROOT.resolve("README.md"));
            return pages.stream();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void thePagesCodeCompiles(Path page) throws IOException {
        List<Snippet> snippets = Snippet.of(Files.readString(page));
        Map<String, JavaFileObject> sources = new LinkedHashMap<>(readmeObject());
        for (Snippet snippet : snippets) {
            if (snippet.language().equals("java")) {
                String source = javaSource(snippet);
                sources.put(name(source), JavaFileObjects.forSourceString(name(source), source));
            }
        }

        Compilation compilation =
                Compiler.javac().withProcessors(new NestmapProcessor()).compile(sources.values());

        assertThat(compilation).succeeded();
        for (Snippet snippet : snippets) {
            if (snippet.language().equals("c") && snippet.how().startsWith("c")) {
                compileC(snippet, compilation, page);
            }
        }
    }

    /** A page that the others don't link to is not found. */
    @Test
    void theReadmeLinksToEveryPage() throws IOException {
        String readme = Files.readString(ROOT.resolve("README.md"));

        try (Stream<Path> guide = Files.list(ROOT.resolve("docs/guide"))) {
            assertThat(guide.map(page -> "docs/guide/" + page.getFileName()))
                    .allSatisfy(link -> assertThat(readme).contains(link));
        }
    }

    @Test
    void theReadmeIsShort() throws IOException {
        assertThat(Files.size(ROOT.resolve("README.md"))).isLessThanOrEqualTo(8 * 1024);
    }

    private static Map<String, JavaFileObject> readmeObject() throws IOException {
        String source = Snippet.of(Files.readString(ROOT.resolve("README.md"))).stream()
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
                    .formatted(IMPORTS, name.toLowerCase(java.util.Locale.ROOT), name, snippet.argument(), code);
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

    private void compileC(Snippet snippet, Compilation compilation, Path page) throws IOException {
        Path includes = Files.createDirectories(directory.resolve("include"));
        for (JavaFileObject file : compilation.generatedFiles()) {
            String header = file.getName();
            if (header.endsWith(".bpf.h")) {
                Files.writeString(
                        includes.resolve(Path.of(header).getFileName().toString()),
                        file.getCharContent(false).toString());
            }
        }
        Path source = directory.resolve("line" + snippet.line() + ".bpf.c");
        Files.writeString(source, cSource(snippet));
        List<String> options =
                List.of("-target", "bpf", "-O2", "-I" + includes, "-Wno-unused-function", "-Wno-unused-parameter");
        InstalledCommand.Result result = InstalledClang.newest().compile(source, directory.resolve("out.o"), options);
        assertThat(result.status())
                .as("C at line %d of %s: %s", snippet.line(), page, result.output())
                .isZero();
    }

    private static String cSource(Snippet snippet) {
        String head = snippet.code().startsWith("/* SPDX")
                ? ""
                : "#include \"" + snippet.argument() + "\"\n#include <bpf/bpf_endian.h>\n";
        if (snippet.is("c in a program")) {
            return head + "SEC(\"xdp\")\nint program(struct xdp_md *ctx)\n{\n" + snippet.code()
                    + "\treturn XDP_PASS;\n}\n";
        }
        return head + snippet.code();
    }
}
