/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.processor.NestmapProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Types that are not there: never, or not before another processor has generated them. */
class RoundsTest {
    private static final Source GOOD = Source.acme("@BpfMap(maxEntries = 16)\nrecord Good(@Key int id, int value) {}");

    @TempDir
    Path output;

    @Test
    void whatIsMissingIsLeftToJavac() {
        Source broken = Source.acme("""
                @BpfObject
                interface Flows {
                    @BpfMap(maxEntries = 16)
                    record Flow(@Key Missing id, @U64 long packets) {}

                    @InnerMap(maxEntries = Missing.SIZE)
                    record Sized(@Key int id, @U64 long packets) {}

                    @OuterMap(inner = Missing.class, maxEntries = 16)
                    record Tenant(@U32 long id) {}

                    @OuterMap(inner = Sized.class, maxEntries = 16)
                    record Other(@U32 long id) {}

                    enum State {
                        @EnumValue(Missing.VALUE)
                        NEW,
                        @EnumValue(2)
                        OLD
                    }

                    @BpfMap(maxEntries = 16)
                    record Typed(@Key int id, State state) {}
                }
                """);
        Source user = Source.acme("""
                @BpfObject(Missing.NAME)
                interface User {
                    @BpfMap(maxEntries = 16)
                    record Flow(@Key Shared id, @U64 long packets) {}
                }
                """);
        Source shared = Source.acme("@BpfType\nrecord Shared(Missing missing) {}");

        Javac.Result result = Javac.into(output).compile(broken, GOOD, user, shared);

        assertThat(result.errors())
                .hasSize(6)
                .allMatch(error -> error.id().equals("javac"))
                .allMatch(error -> error.message().contains("cannot find symbol")
                        || error.message().contains("package Missing does not exist"));
        assertThat(result.files().keySet())
                .contains("META-INF/bpf/include/good.bpf.h")
                .doesNotContain("META-INF/bpf/include/flows.bpf.h", "META-INF/bpf/include/user.bpf.h");
    }

    @Test
    void whatIsMissingDoesNotHideOtherProblems() {
        Source broken = Source.acme("""
                @BpfObject
                interface Flows {
                    @BpfMap(maxEntries = 16)
                    record Flow(@Key Missing id, float packets) {}

                    @BpfMap(maxEntries = 0)
                    record Other(@Key int id) {}
                }
                """);

        Javac.Result result = Javac.into(output).compile(broken);

        assertThat(result.errors()).extracting(Problem::id).containsExactlyInAnyOrder("javac", "NM-201", "NM-302");
    }

    @Test
    void whatAnotherProcessorGeneratesIsWaitedFor() {
        Source flows = Source.acme("""
                @BpfObject
                interface Flows {
                    @InnerMap(maxEntries = Sizes.FLOWS)
                    record Flow(@Key FlowKey id, @U64 long packets) {}

                    @OuterMap(inner = Flow.class, maxEntries = 16)
                    record Tenant(@U32 long id) {}
                }
                """);
        Source user = Source.acme("@BpfMap(maxEntries = 16)\nrecord User(@Key Shared shared) {}");
        Source shared = Source.acme("@BpfType\nrecord Shared(FlowKey id) {}");

        Javac.Result result =
                Javac.into(output).with(new NestmapProcessor(), new Generator()).compile(flows, user, shared, GOOD);

        assertThat(result.complaints()).isEmpty();
        assertThat(result.text("META-INF/bpf/include/flows.bpf.h")).contains("max_entries, 128", "struct flow_key");
        assertThat(result.text("META-INF/bpf/include/flow_key.bpf.h")).contains("__u32 id;");
        assertThat(result.text("META-INF/bpf/include/user.bpf.h")).contains("#include \"shared.bpf.h\"");
    }

    /** Generates, in its first round, a record and a constant. */
    private static final class Generator extends AbstractProcessor {
        private boolean done;

        @Override
        public Set<String> getSupportedAnnotationTypes() {
            return Set.of("*");
        }

        @Override
        public SourceVersion getSupportedSourceVersion() {
            return SourceVersion.latestSupported();
        }

        @Override
        public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
            if (!done) {
                done = true;
                write(Source.acme("@BpfType\nrecord FlowKey(@U32 long id) {}"), "com.acme.FlowKey");
                write(Source.acme("interface Sizes { long FLOWS = 128; }"), "com.acme.Sizes");
            }
            return false;
        }

        private void write(Source source, String name) {
            try (Writer writer = processingEnv.getFiler().createSourceFile(name).openWriter()) {
                writer.write(source.text());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
