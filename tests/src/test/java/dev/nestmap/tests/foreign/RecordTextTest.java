/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.foreign;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.btf.ObjectFile;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.OpenObject;
import dev.nestmap.runtime.internal.kernel.feature.KernelFeature;
import dev.nestmap.runtime.testing.KernelAssumptions;
import dev.nestmap.runtime.testing.KernelTest;
import dev.nestmap.schema.MapDef;
import dev.nestmap.schema.MapRole;
import dev.nestmap.schema.Schema;
import dev.nestmap.schema.text.RecordText;
import dev.nestmap.tests.toolchain.BpfObjects;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The records that messages propose compile, and fit the object that they were made from. */
@KernelTest
class RecordTextTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foreign_balancer",
                "foreign_limiter",
                "shapes/balanced_flows",
                "shapes/tracked_connections",
                "shapes/unwind_nodes",
                "shapes/kernel_selftests",
                "everything"
            })
    void theRecordsFit(String name) throws IOException, ReflectiveOperationException {
        Path object = BpfObjects.of(name);
        Schema schema = ObjectFile.parse(name, Files.readAllBytes(object)).schema();
        List<String> records = schema.maps().stream()
                .filter(map -> map.role() == MapRole.PLAIN || map.role() == MapRole.OUTER)
                .flatMap(map -> RecordText.of(schema, map).stream())
                .toList();
        List<MapDef> described = schema.maps().stream()
                .filter(map -> map.role() != MapRole.INNER
                        && !RecordText.of(schema, map).isEmpty())
                .toList();
        String source = "package com.acme;\nimport dev.nestmap.annotations.*;\nimport dev.nestmap.types.*;\n"
                + "@BpfObject(value = \"proposed\", header = false)\npublic interface Proposed {\n"
                + String.join("\n", records) + "\n}\n";

        Compilation compilation = new OutputFolder(directory).compile(Sources.of(source));

        assertThat(compilation.errors()).as(source).isEmpty();
        assertThat(described).isNotEmpty();
        if (name.equals("shapes/kernel_selftests")) {
            KernelAssumptions.assume(KernelFeature.LOCKS_IN_INNER_MAPS);
        }
        try (URLClassLoader classes = new URLClassLoader(
                        new URL[] {directory.toUri().toURL()}, getClass().getClassLoader());
                LoadedObject loaded = open(classes, object).mapsOnly().load()) {
            assertThat(loaded.programs()).isEmpty();
        }
    }

    private static OpenObject<?, ?> open(ClassLoader classes, Path object) throws ReflectiveOperationException {
        return (OpenObject<?, ?>) classes.loadClass("com.acme.ProposedBpf")
                .getMethod("open", Path.class)
                .invoke(null, object);
    }
}
