/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One run tells of every problem: none hides another, in the same record, type or compilation. */
class AllProblemsTest {
    /** A record with a problem of each kind that one record can have, and one beside it. */
    private static final Source FLOWS = Source.acme("""
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

                @BpfMap(maxEntries = 0, name = "a b")
            //                       ^ NM-302
            //                                 ^ NM-401
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

    private static final Source OTHER = Source.acme("""
            @InnerMap(maxEntries = 16)
            record Other(int id) {}
            // ^1 NM-107
            """);

    /** Uses a broken type, which is told of at that type and not here, and has a problem of its own. */
    private static final Source USER = Source.acme("""
            @BpfObject
            interface User {
                @OuterMap(inner = Other.class, maxEntries = 16)
                record Tenant(float id) {}
            //                      ^ NM-201
            }
            """);

    @TempDir
    Path output;

    @Test
    void allAreTold() {
        List<Source> sources = List.of(FLOWS, OTHER, USER);
        List<Problem> expected = sources.stream()
                .flatMap(source -> Problem.expectedIn(source).stream())
                .sorted()
                .toList();

        Javac.Result result = Javac.into(output).compile(sources);

        assertThat(result.errors())
                .usingElementComparator((found, wanted) -> found.meets(wanted) ? 0 : 1)
                .containsExactlyElementsOf(expected);
        assertThat(result.files()).isEmpty();
    }

    @Test
    void aGoodTypeIsGeneratedBesideABrokenOne() {
        Source good = Source.acme("@BpfMap(maxEntries = 16)\nrecord Good(@Key int id, int value) {}");

        Javac.Result result = Javac.into(output).compile(OTHER, good);

        assertThat(result.errors()).extracting(Problem::id).containsExactly("NM-107");
        assertThat(result.files()).containsKeys("META-INF/bpf/include/good.bpf.h", "META-INF/bpf/good.schema");
    }

    @Test
    void theOrderOfSourcesDoesNotMatter() {
        List<List<Source>> orders = List.of(List.of(FLOWS, OTHER, USER), List.of(USER, OTHER, FLOWS));

        Stream<List<String>> told = orders.stream()
                .map(order -> Javac.into(output).compile(order).diagnostics().stream()
                        .map(Object::toString)
                        .toList());

        assertThat(told.distinct()).hasSize(1);
    }
}
