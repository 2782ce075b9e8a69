/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generated code names types of one simple name with their packages. A field or parameter may have the name of such a package. */
class HiddenPackagesTest {
    @TempDir
    private Path temporary;

    @Test
    void variablesDoNotHidePackages() {
        OutputFolder uses = new OutputFolder(temporary.resolve("uses"));
        List.of("a", "b", "at.acme", "to.acme", "from.acme", "value.acme", "entry.acme")
                .forEach(name -> uses.classPath(library(name)));

        assertThat(uses.compile(Sources.of("""
                                package com.acme;

                                import dev.nestmap.annotations.*;

                                @BpfObject("uses")
                                interface Uses {
                                    @BpfMap(maxEntries = 64)
                                    record A(@dev.nestmap.annotations.Key a.Key key, @U64 long at, @U64 long URLPath) {}

                                    @InnerMap(maxEntries = 64)
                                    record B(@dev.nestmap.annotations.Key b.Key key, at.acme.Key at, to.acme.Key to,
                                            from.acme.Key from, value.acme.Key value, entry.acme.Key entry) {}

                                    @OuterMap(inner = B.class, maxEntries = 64)
                                    record Value(b.Key at) {}
                                }
                                """))).succeededWithoutWarnings();
        assertThat(uses.files().get("com/acme/UsesBpf.java")).contains("writeKey(a.Key key, ByteBuffer to_, int at_)");
    }

    /** Compiles a library with a shared type, and returns its classes. */
    private Path library(String name) {
        Path classes = temporary.resolve(name);
        assertThat(new OutputFolder(classes).compile(Sources.of("""
                        package %s;

                        import dev.nestmap.annotations.*;

                        @Name("%s_key")
                        @BpfType
                        public record Key(@U32 long id, @U32 long zone) {}
                        """.formatted(name, name.replace(".acme", "")))))
                .succeededWithoutWarnings();
        return classes;
    }
}
