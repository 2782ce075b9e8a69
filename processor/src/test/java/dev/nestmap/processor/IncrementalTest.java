/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.annotation.processing.Filer;
import javax.lang.model.element.Element;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processor is isolating: a generated file has one top-level type as its origin, and types may be compiled one by one. */
@Tag("slow")
class IncrementalTest {
    private static final JavaFileObject FLOW_KEY =
            Sources.acme("@BpfType\npublic record FlowKey(@U32 long id, State state) {}");
    private static final JavaFileObject STATE =
            Sources.acme("@BpfType\npublic enum State {\n    @EnumValue(1) NEW,\n    @EnumValue(4) OLD\n}");
    private static final JavaFileObject FLOW = Sources.acme(
            "@Name(\"tf_flow\")\n@InnerMap(maxEntries = 16)\npublic record Flow(@Key FlowKey key, @U64 long packets) {}");
    private static final JavaFileObject TENANTS = Sources.acme("""
            @BpfObject("tenants")
            public interface Tenants {
                @OuterMap(inner = Flow.class, maxEntries = 16)
                record Tenant(@U32 long id) {}

                @BpfMap(maxEntries = 16)
                record Total(@Key FlowKey key, @U64 long packets, @U8 State state) {}
            }
            """);

    @TempDir
    Path temporary;

    @Test
    void declaresItselfIsolatingToGradle() throws IOException {
        String file = "META-INF/gradle/incremental.annotation.processors";
        try (InputStream declared = NestmapProcessor.class.getClassLoader().getResourceAsStream(file)) {
            assertThat(declared).isNotNull();
            assertThat(new String(declared.readAllBytes(), StandardCharsets.UTF_8).strip())
                    .isEqualTo(NestmapProcessor.class.getName() + ",isolating");
        }
    }

    @Test
    void eachFileHasOneOrigin() {
        Map<String, List<String>> origins = new TreeMap<>();
        InterceptedProcessor processor = new InterceptedProcessor(Filer.class, (method, arguments) -> {
            if (method.startsWith("create")) {
                Element[] elements = (Element[]) arguments[arguments.length - 1];
                origins.put(
                        arguments[arguments.length - 2].toString(),
                        Arrays.stream(elements).map(Object::toString).toList());
            }
            return false;
        });

        Compilation compilation = Compilers.nestmap().withProcessors(processor).compile(FLOW_KEY, STATE, FLOW, TENANTS);

        assertThat(compilation).succeededWithoutWarnings();
        assertThat(origins)
                .containsEntry("META-INF/bpf/include/com/acme/tenants.bpf.h", List.of("com.acme.Tenants"))
                .containsEntry("META-INF/bpf/com/acme/tenants.schema", List.of("com.acme.Tenants"))
                .containsEntry("com.acme.TenantsBpf", List.of("com.acme.Tenants"))
                .containsEntry("META-INF/bpf/include/com/acme/flow_key.bpf.h", List.of("com.acme.FlowKey"))
                .containsEntry("com.acme.FlowMap", List.of("com.acme.Flow"))
                .hasSize(12)
                .allSatisfy((file, origin) -> assertThat(origin).as(file).hasSize(1));
    }

    @Test
    void typesCompiledOneByOneGiveTheSameFiles() {
        OutputFolder together = new OutputFolder(temporary.resolve("together"));
        assertThat(together.compile(FLOW_KEY, STATE, FLOW, TENANTS)).succeededWithoutWarnings();

        Path shared = temporary.resolve("shared");
        assertThat(after(shared).compile(STATE)).succeededWithoutWarnings();
        assertThat(after(shared).compile(FLOW_KEY)).succeededWithoutWarnings();
        assertThat(after(shared).compile(FLOW)).succeededWithoutWarnings();
        OutputFolder alone = new OutputFolder(temporary.resolve("alone")).classPath(shared);
        assertThat(alone.compile(TENANTS)).succeededWithoutWarnings();

        assertThat(alone.files()).hasSize(3);
        assertThat(together.files()).containsAllEntriesOf(alone.files());
    }

    /** The result for a type does not depend on the other types that are compiled with it. */
    @Test
    void typesOfTwoPackagesMayHaveHeadersOfOneName() {
        JavaFileObject one = Sources.acme("@BpfType\nrecord Key(int id) {}");
        JavaFileObject two =
                Sources.of("package org.acme;\n\n@dev.nestmap.annotations.BpfType\nrecord Key(int id, int zone) {}");

        assertThat(new OutputFolder(temporary.resolve("together")).compile(one, two))
                .succeededWithoutWarnings();
        OutputFolder folder = after(temporary);
        assertThat(folder.compile(one)).succeededWithoutWarnings();
        assertThat(folder.compile(two)).succeededWithoutWarnings();

        assertThat(new OutputFolder(temporary.resolve("together")).files())
                .allSatisfy((name, text) -> assertThat(folder.files()).containsEntry(name, text));
    }

    /** Files that javac encodes have Latin-1 here. All readers of headers and schema texts expect UTF-8. */
    @Test
    void headersAndSchemaTextsDoNotDependOnTheEncodingOfTheSources() {
        Charset fileNames = Charset.forName(System.getProperty("sun.jnu.encoding"));
        assumeTrue(fileNames.newEncoder().canEncode('ö'), "the locale has no ö, and so no file can have this name");
        JavaFileObject source = JavaFileObjects.forSourceString("com.acme.Größen", """
                package com.acme;

                import dev.nestmap.annotations.*;

                @BpfObject("sizes")
                interface Größen {
                    @BpfMap(maxEntries = 1)
                    record Map(@Key int key) {}
                }
                """);
        OutputFolder folder = after(temporary).options("-encoding", "ISO-8859-1");

        assertThat(folder.compile(source)).succeededWithoutWarnings();
        assertThat(folder.compile(source)).succeededWithoutWarnings();

        assertThat(temporary.resolve("META-INF/bpf/include/com/acme/sizes.bpf.h"))
                .content()
                .contains("com.acme.Größen");
        assertThat(temporary.resolve("META-INF/bpf/com/acme/sizes.schema"))
                .content()
                .contains("com.acme.Gr\\u00f6\\u00dfen");
    }

    /** The folder as output, and what earlier runs wrote there on the class path. */
    private static OutputFolder after(Path folder) {
        return new OutputFolder(folder).classPath(folder);
    }
}
