/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.schema.text.SchemaText;
import java.io.IOException;
import java.util.Optional;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;
import org.junit.jupiter.api.Test;

/** The schema text has the words of records at all depths, and a load can read it. */
class WordTextTest {
    @Test
    void aLoadReadsEachWord() throws IOException {
        Compilation compilation = Compilers.nestmap().compile(Sources.inFlows("""
                enum Direction { SENT, @Was({"RECV", "DIRECTION_RECVD"}) RECEIVED }

                @Removed("gone")
                record Inside(@Was("first") @U64 long a, @Omittable @U64 long b) {}

                @Removed("lost")
                record Unnamed(@Was("third") @U64 long c, @Omittable @U64 long d) {}

                @Union
                sealed interface Address {
                    record V4(@Was("four") int v4) implements Address {}

                    @Anonymous
                    record V6(@Was("six") int low, @Omittable int high) implements Address {}
                }

                @Removed("small")
                @InnerMap(maxEntries = 16)
                record Flow(
                        @Key @U32 long id,
                        @Was("octets") @U64 long bytes,
                        Inside inside,
                        @Anonymous Unnamed unnamed,
                        dev.nestmap.types.Untagged<Address> address,
                        @Was(unit = CTimeUnit.MILLIS) @Unit(CTimeUnit.SECONDS) java.time.Duration busy,
                        Direction direction) {}

                @OuterMap(inner = Flow.class, maxEntries = 16, pin = "acme/tenants", was = "tenant")
                record Tenant(Direction way) {}
                """));
        assertThat(compilation).succeeded();
        Optional<JavaFileObject> file =
                compilation.generatedFile(StandardLocation.CLASS_OUTPUT, "META-INF/bpf/com/acme/flows.schema");
        String text = file.orElseThrow().getCharContent(false).toString();

        assertThat(text.lines().filter(line -> line.startsWith("word ")))
                .containsExactlyInAnyOrder(
                        "word map tenant \"acme/tenants\": pin",
                        "word map tenant pin: was tenant",
                        "word map flow_map small: removed",
                        "word struct flow bytes: was octets",
                        "word struct inside gone: removed",
                        "word struct inside a: was first",
                        "word struct inside b: omittable",
                        "word struct flow lost: removed",
                        "word struct flow c: was third",
                        "word struct flow d: omittable",
                        "word union address low: was six",
                        "word union address high: omittable",
                        "word struct flow busy: number with 1000 per second",
                        "word enum direction DIRECTION_RECEIVED: was RECV DIRECTION_RECVD");
        assertThat(SchemaText.print(SchemaText.parse(text))).isEqualTo(text);
    }
}
