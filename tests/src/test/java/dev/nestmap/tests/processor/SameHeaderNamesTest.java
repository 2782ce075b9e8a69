/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.JavaFileObjects;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.runtime.testing.InstalledClang;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.compare.SchemaComparison;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two libraries with a type {@code Key}, so with headers of the same name, compile beside a service that uses both. */
class SameHeaderNamesTest {
    private static final JavaFileObject SERVICE = JavaFileObjects.forSourceString("com.acme.Flows", """
            package com.acme;

            import dev.nestmap.annotations.*;

            @BpfObject
            public interface Flows {
                @InnerMap(maxEntries = 16)
                record Flow(@Key one.Key key, two.Key other) {}

                @OuterMap(inner = Flow.class, maxEntries = 16)
                record Tenant(@U32 long id) {}
            }
            """);

    @TempDir
    Path temporary;

    @Test
    void compileSideBySide() throws Exception {
        Path one = library("one", "@U32 long id");
        Path two = library("two", "@Be16 int port, @U16 int zone");
        Path service = temporary.resolve("service");

        assertThat(new OutputFolder(service).classPath(one).classPath(two).compile(SERVICE))
                .succeededWithoutWarnings();
        assertThat(service.resolve("META-INF/bpf/include/com/acme/flows.bpf.h"))
                .content()
                .contains("#include \"one/key.bpf.h\"\n", "#include \"two/key.bpf.h\"\n");
        Schema declared = SchemaText.parse(Files.readString(service.resolve("META-INF/bpf/com/acme/flows.schema")));
        assertThat(SchemaComparison.compare(declared, compiled(service, one, two)))
                .isEmpty();
        URL[] folders = {
            one.toUri().toURL(), two.toUri().toURL(), service.toUri().toURL()
        };
        try (URLClassLoader loader = new URLClassLoader(folders, getClass().getClassLoader())) {
            Object flows =
                    loader.loadClass("com.acme.FlowsBpf").getMethod("inMemory").invoke(null);
            ((AutoCloseable) flows).close();
        }
    }

    private Path library(String name, String components) {
        Path folder = temporary.resolve(name);
        JavaFileObject source = JavaFileObjects.forSourceString(name + ".Key", """
                package %1$s;

                import dev.nestmap.annotations.*;

                @BpfType
                @Name("%1$s_key")
                public record Key(%2$s) {}
                """.formatted(name, components));
        assertThat(new OutputFolder(folder).compile(source)).succeededWithoutWarnings();
        return folder;
    }

    private Schema compiled(Path... folders) throws IOException {
        Path source = Files.writeString(temporary.resolve("flows.bpf.c"), "#include \"com/acme/flows.bpf.h\"\n");
        Path object = temporary.resolve("flows.bpf.o");
        List<String> options = new ArrayList<>(List.of("-target", "bpf", "-O2"));
        for (Path folder : folders) {
            options.add("-iquote" + folder.resolve("META-INF/bpf/include"));
        }
        InstalledClang.newest().compile(source, object, options).succeeded();
        return ObjectFile.parse(object.toString(), Files.readAllBytes(object)).schema();
    }
}
