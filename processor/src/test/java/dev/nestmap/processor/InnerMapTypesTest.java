/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.Sources;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Only an inner map of the declared record compiles in an outer map. The Java compiler rejects all others. */
class InnerMapTypesTest {
    private static final JavaFileObject FLOWS = Sources.inFlows("""
            @InnerMap(maxEntries = 16)
            record Flow(@Key @U32 long port, @U64 long packets) {}

            @InnerMap(maxEntries = 16)
            record Session(@Key @U32 long port, @U64 long packets) {}

            @OuterMap(inner = Flow.class, maxEntries = 8)
            record Tenant(@U32 long id) {}

            @OuterMap(inner = Session.class, maxEntries = 8)
            record User(@U32 long id) {}

            @BpfMap(maxEntries = 16)
            record Total(@Key @U32 long port, @U64 long packets) {}
            """);

    private static Compilation compileWith(String statement) {
        return Compilers.nestmap().compile(FLOWS, Sources.acme("""
                        import com.acme.FlowsBpf.*;

                        class Main {
                            static void use(FlowsBpf bpf) {
                                %s
                            }
                        }
                        """.formatted(statement)));
    }

    @Test
    void aFittingInnerMapCompiles() {
        assertThat(compileWith("bpf.tenant().rotate(1, (FlowMap filled) -> {});"
                        + " bpf.tenant().share(2, bpf.tenant().get(1));"
                        + " FlowMap displaced = bpf.tenant().rotate(1).map();"))
                .succeededWithoutWarnings();
    }

    /** Both records have the same C layout, so the kernel would accept these maps. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            bpf.tenant().replace(1, (java.util.function.Consumer<SessionMap>) s -> {}); | FlowsBpf.SessionMap> cannot be converted to
            bpf.tenant().share(1, bpf.user().get(1));          | SessionMap cannot be converted to
            FlowMap displaced = bpf.user().rotate(1).map();    | SessionMap cannot be converted to
            bpf.tenant().share(1, bpf.total());                | TotalMap cannot be converted to
            bpf.tenant().share(1, bpf.user());                 | UserMap cannot be converted to
            bpf.tenant().get(1).close();                       | cannot find symbol
            """)
    void anotherMapDoesNotCompile(String statement, String error) {
        Compilation compilation = compileWith(statement);

        assertThat(compilation).hadErrorCount(1);
        assertThat(compilation).hadErrorContaining(error);
    }
}
