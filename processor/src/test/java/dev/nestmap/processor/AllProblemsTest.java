/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run reports every error. No error hides another one in the same record, type or compilation. */
class AllProblemsTest {
    /** Errors of every kind in the records of one object. */
    private static final JavaFileObject FLOWS = Sources.acme("""
            @BpfObject
            interface Flows {
                enum Empty {}
            //  ^ NM-206

                @BpfMap(type = MapType.ARRAY)
            //  ^ NM-301
                record Flow(@Key @U64 long index, float f, @U64 int narrow, int register, Empty empty) {}
            //                             ^ NM-304
            //                                          ^ NM-201
            //                                                      ^ NM-205
            //                                                                  ^ NM-402

                @Name("a b")
            //        ^ NM-401
                @BpfMap(maxEntries = 0)
            //                       ^ NM-302
                record NoKey(int int_, Object text, int sameName, int same_name) {}
            //  ^ NM-107
            //                                ^ NM-201
            //                                                        ^ NM-403

                @OuterMap(inner = NoKey.class, maxEntries = 1L << 40)
            //                         ^ NM-106
            //                                                 ^ NM-303
                record Tenant(@Key int a, int b, double c) {}
            //                                ^ NM-109
            //                                          ^ NM-109
            //                                          ^ NM-201

                @BpfMap(maxEntries = 16)
                record Load(@Key int id, char c) {}
            //  ^ NM-405
            //                                ^ NM-201
            }
            """);

    private static final JavaFileObject OTHER = Sources.acme("""
            @InnerMap(maxEntries = 16)
            record Other(int id) {}
            // ^1 NM-107
            """);

    /** Uses a broken type, whose error is reported at that type and not here, and has an error of its own. */
    private static final JavaFileObject USER = Sources.acme("""
            @BpfObject
            interface User {
                @OuterMap(inner = Other.class, maxEntries = 16)
                record Tenant(float id) {}
            //                      ^ NM-201
            }
            """);

    @TempDir
    Path folder;

    @Test
    void allProblemsAreReported() {
        OutputFolder output = new OutputFolder(folder);

        ExpectedError.assertMarked(output.compile(FLOWS, OTHER, USER));
        assertThat(output.files().keySet()).allMatch(file -> file.endsWith(".java")); // the empty classes
    }

    @Test
    void aGoodTypeIsGeneratedBesideABrokenOne() {
        JavaFileObject good = Sources.acme("@BpfMap(maxEntries = 16)\nrecord Good(@Key int id, int value) {}");

        OutputFolder output = new OutputFolder(folder);

        assertThat(Errors.rules(output.compile(OTHER, good))).containsExactly("NM-107");
        assertThat(output.files())
                .containsKeys("META-INF/bpf/include/com/acme/good.bpf.h", "META-INF/bpf/com/acme/good.schema");
    }

    @Test
    void orderOfSourcesDoesNotMatter() {
        Stream<List<String>> reports = Stream.of(List.of(FLOWS, OTHER, USER), List.of(USER, OTHER, FLOWS))
                .map(order -> Compilers.nestmap().compile(order).diagnostics().stream()
                        .map(Object::toString)
                        .toList());

        assertThat(reports.distinct()).hasSize(1);
    }

    /** Without the empty classes, javac would add an error for each line that names a generated class. */
    @Test
    void usesOfClassesThatAreNotGeneratedAddNoErrors() {
        JavaFileObject user = Sources.acme("""
                import com.acme.FlowsBpf.TenantMap;

                class User {
                    private FlowsBpf bpf;
                    private TenantMap tenants;
                    private OtherMap.Owned other;

                    FlowsBpf.NoKeyMap.Owned rotate(FlowsBpf.FlowMap.View view, FlowsBpf.EmptyCodec codec) {
                        return null;
                    }
                }
                """);

        Compilation compilation = new OutputFolder(folder).compile(FLOWS, OTHER, user);

        assertThat(Errors.rules(compilation)).isNotEmpty().allMatch(rule -> rule.startsWith("NM-"));
    }
}
