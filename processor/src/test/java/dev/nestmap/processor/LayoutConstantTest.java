/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import com.google.testing.compile.JavaFileObjects;
import dev.nestmap.processor.testing.OutputFolder;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The constant {@code LAYOUT} of generated classes changes with the layout. A project that uses a record of another project contains its
 * layout, but Gradle compiles it again only if the ABI of the other project changes, and annotations on components are no part of the ABI.
 */
@Tag("jdk-independent")
class LayoutConstantTest {
    private static final String KEY =
            "@BpfType public record Key(@Be16 int port, @Size(4) dev.nestmap.types.ByteString name) {}";

    private static final Pattern NAME = Pattern.compile("(?:record|enum|interface) (\\w+)");

    @TempDir
    Path temporary;

    private int folders;

    @Test
    void isAConstantOfTheAbi() throws Exception {
        assertThat(layout("KeyCodec", KEY)).matches("L[0-9a-f]{14}").isEqualTo(layout("KeyCodec", KEY));
    }

    @Test
    void changesWithAWidthAndASize() throws Exception {
        assertThat(layout("KeyCodec", KEY))
                .isNotEqualTo(layout("KeyCodec", KEY.replace("@Be16", "@U32")))
                .isNotEqualTo(layout("KeyCodec", KEY.replace("@Size(4)", "@Size(16)")));
    }

    @Test
    void changesWithATypeThatItContains() throws Exception {
        String pair = "@BpfType public record Pair(Key first, Key second) {}";

        assertThat(layout("PairCodec", KEY, pair))
                .isNotEqualTo(layout("PairCodec", KEY.replace("@Be16", "@U32"), pair));
    }

    @Test
    void changesWithTheDefinitionOfAnInnerMap() throws Exception {
        String map = "@InnerMap(maxEntries = 16) public record Flow(@Key @U32 long id, @U64 long limit) {}";

        assertThat(layout("FlowMap", map))
                .isNotEqualTo(layout("FlowMap", map.replace("16", "32")))
                .isNotEqualTo(layout("FlowMap", map.replace("16", "16, type = MapType.LRU_HASH")))
                .isNotEqualTo(layout("FlowMap", map.replace("@U64 long limit", "@U32 long limit")));
    }

    @Test
    void changesWithAnEnumAndAUnion() throws Exception {
        String state = "@BpfType public enum State { NEW, OLD }";
        String shape = "@BpfType @Union public sealed interface Shape { record Dot(@U32 long x) implements Shape {} }";

        assertThat(layout("StateCodec", state))
                .isNotEqualTo(layout("StateCodec", state.replace("public", "@U8 public")));
        assertThat(layout("ShapeUnion", shape)).isNotEqualTo(layout("ShapeUnion", shape.replace("@U32", "@U64")));
    }

    private String layout(String generated, String... sources) throws Exception {
        Path folder = temporary.resolve("" + folders++);
        JavaFileObject[] files = new JavaFileObject[sources.length];
        for (int i = 0; i < sources.length; i++) {
            Matcher name = NAME.matcher(sources[i]);
            assertThat(name.find()).isTrue();
            files[i] = JavaFileObjects.forSourceString(
                    "com.acme." + name.group(1),
                    "package com.acme;\n\nimport dev.nestmap.annotations.*;\n\n" + sources[i]);
        }
        Compilation compilation = new OutputFolder(folder).compile(files);
        assertThat(compilation).succeededWithoutWarnings();
        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Field field = loader.loadClass("com.acme." + generated).getField("LAYOUT");
            assertThat(Modifier.isPublic(field.getModifiers())
                            && Modifier.isStatic(field.getModifiers())
                            && Modifier.isFinal(field.getModifiers()))
                    .isTrue();
            return (String) field.get(null);
        }
    }
}
