/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.truth.StringSubject;
import com.google.testing.compile.Compilation;
import com.google.testing.compile.Compiler;
import dev.nestmap.annotations.BpfMap;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.OutputFolder;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.processor.testing.Texts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Processor;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.TypeElement;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The processor reads types that another processor generates in a later round, and leaves errors of missing types to javac. */
class ProcessingRoundsTest {
    private static final JavaFileObject GOOD =
            Sources.acme("@BpfMap(maxEntries = 16)\nrecord Good(@Key int id, int value) {}");

    @TempDir
    Path folder;

    @Test
    void javacAloneReportsMissingTypes() {
        JavaFileObject broken = Sources.inFlows("""
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
                """);
        JavaFileObject user = Sources.acme("""
                @BpfObject(Missing.NAME)
                interface User {
                    @BpfMap(maxEntries = 16)
                    record Flow(@Key Shared id, @U64 long packets) {}
                }
                """);
        JavaFileObject shared = Sources.acme("@BpfType\nrecord Shared(Missing missing) {}");
        JavaFileObject existing = Sources.acme("@BpfObject(existing = Missing.IS)\ninterface Existing {\n"
                + "    @BpfMap(maxEntries = 16)\n    record Flow(@Key int id, int value) {}\n}");

        OutputFolder output = new OutputFolder(folder);
        Compilation compilation = output.compile(broken, GOOD, user, shared, existing);

        assertThat(Errors.rules(compilation)).hasSize(7).containsOnly("javac");
        assertThat(Errors.messages(compilation))
                .allMatch(message ->
                        message.contains("cannot find symbol") || message.contains("package Missing does not exist"));
        assertThat(output.files().keySet())
                .contains("META-INF/bpf/include/com/acme/good.bpf.h")
                .doesNotContain(
                        "META-INF/bpf/include/com/acme/flows.bpf.h", "META-INF/bpf/include/com/acme/user.bpf.h");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "@Key int id, @Size(Missing.N) byte[] value",
                "@Key int id, @Size({2, Missing.N}) byte[][] value",
                "@Key int id, @Size(value = 2, truncate = Missing.IS) String value",
                "@Key int id, @Bits(Missing.N) int low, int value",
                "@Key int id, @Align(Missing.N) int low, int value",
                "@Key int id, @Pad(Missing.N) int low, int value",
                "@Key int id, @Pad(value = 0, bits = Missing.N) @Bits(3) int low, int value",
                "@Key int id, java.util.Set<Missing> states",
                "@Key int id, @Size(2) java.util.Set<Missing>[] states",
                "@Key int id, dev.nestmap.types.Untagged<Missing> part",
                "@Key @Size(value = 8, truncate = Missing.IS) String name, int value",
                "@Align(Missing.N) record Flow(@Key int id, int low, int value) {}",
                "@Pad(Missing.N) record Flow(@Key int id, int low, int value) {}",
                "record Flow(@Key int id, dev.nestmap.types.Untagged<Data> data) {"
                        + " @Union sealed interface Data permits A, Missing {}"
                        + " record A(int a) implements Data {} }",
                "@BpfMap(maxEntries = 16, flags = Missing.FLAG) record Flagged(@Key int id, int value) {}",
                "@BpfMap(maxEntries = 16, flags = {MapFlag.NO_PREALLOC, Missing.FLAG}) record Flagged(@Key int id, int value) {}",
                "@BpfMap(maxEntries = 16) record Kept(@Key int id, State state) {}"
                        + " enum State { @EnumValue(unknown = Missing.IS) OTHER, @EnumValue(1) NEW }",
                "@SpinLock(name = Missing.NAME) record Flow(@Key int id, int value) {}",
                "record Flow(@Key int id, int value) implements Missing {}",
                "@InnerMap(maxEntries = 16, maps = Missing.NAME) record Named(@Key int id, int value) {}",
                "@InnerMap(maxEntries = 16, instances = {\"spill\", Missing.NAME}) record Named(@Key int id, int value) {}"
            })
    void javacAloneReportsWhatIsMissing(String text) {
        String declaration = text.startsWith("@Key") ? "record Flow(" + text + ") {}" : text;
        String map = declaration.contains("record Flow(") ? "@BpfMap(maxEntries = 16) " : "";
        JavaFileObject broken = Sources.acme("@BpfObject\ninterface Flows {\n" + map + declaration + "\n}");

        Compilation compilation = Compilers.nestmap().compile(broken);

        assertThat(Errors.rules(compilation)).isNotEmpty().containsOnly("javac");
    }

    @Test
    void missingTypesHideNoOtherErrors() {
        JavaFileObject broken = Sources.inFlows("""
                @BpfMap(maxEntries = 16)
                record Flow(@Key Missing id, float packets) {}

                @BpfMap(maxEntries = 0)
                record Other(@Key int id) {}
                """);

        Compilation compilation = Compilers.nestmap().compile(broken);

        assertThat(Errors.rules(compilation)).containsExactlyInAnyOrder("javac", "NM-201", "NM-302");
    }

    @Test
    void typesOfAnotherProcessorAreReadOnceTheyExist() {
        JavaFileObject flows = Sources.inFlows("""
                @InnerMap(maxEntries = Sizes.FLOWS)
                record Flow(@Key FlowKey id, @Size(Sizes.BYTES) byte[] name, @Bits(Sizes.BITS) int flags) {}

                @OuterMap(inner = Flow.class, maxEntries = 16)
                record Tenant(@U32 long id) {}
                """);
        JavaFileObject user =
                Sources.acme("@BpfMap(maxEntries = 16)\nrecord User(@Key Shared shared) implements Sizes {}");
        JavaFileObject shared = Sources.acme("@BpfType\nrecord Shared(FlowKey id) {}");

        Compilation compilation = Compilers.nestmap()
                .withProcessors(new NestmapProcessor(), new Generator())
                .compile(flows, user, shared, GOOD);

        assertThat(compilation).succeededWithoutWarnings();
        assertHeader(compilation, "flows").contains("max_entries, 128");
        assertHeader(compilation, "flows").contains("struct flow_key");
        assertHeader(compilation, "flows").contains("name[6];");
        assertHeader(compilation, "flows").contains("flags : 3;");
        assertHeader(compilation, "flow_key").contains("__u32 id;");
        assertHeader(compilation, "user").contains("#include \"com/acme/shared.bpf.h\"");
    }

    /** Such as a checker of null values, or one that reads the same records. Nestmap claims no annotation. */
    @Test
    void anotherProcessorReadsTheSameAnnotations() {
        List<String> seen = new ArrayList<>();
        Processor checker = new AbstractProcessor() {
            @Override
            public Set<String> getSupportedAnnotationTypes() {
                return Set.of(NullMarked.class.getName(), BpfMap.class.getName());
            }

            @Override
            public SourceVersion getSupportedSourceVersion() {
                return SourceVersion.latestSupported();
            }

            @Override
            public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
                annotations.forEach(annotation -> round.getElementsAnnotatedWith(annotation)
                        .forEach(element -> seen.add(annotation.getSimpleName() + " " + element)));
                return false;
            }
        };

        Compilation compilation = Compilers.nestmap()
                .withProcessors(new NestmapProcessor(), checker)
                .compile(GOOD, Sources.acme("@org.jspecify.annotations.NullMarked\nclass Service {}"));

        assertThat(compilation).succeededWithoutWarnings();
        assertThat(seen).contains("NullMarked com.acme.Service", "BpfMap com.acme.Good");
    }

    /** An internal failure is an error at the type, also if a class can't be linked, and not the end of the compiler. */
    @Test
    void aMissingClassIsReportedAtTheType() {
        Compilation compilation =
                Compiler.javac().withProcessors(Faults.classIsMissing()).compile(GOOD);

        assertThat(compilation).hadErrorContaining("NoClassDefFoundError: dev/nestmap/header/ReservedNames");
    }

    private static StringSubject assertHeader(Compilation compilation, String name) {
        return assertThat(compilation)
                .generatedFile(StandardLocation.CLASS_OUTPUT, "META-INF/bpf/include/com/acme/" + name + ".bpf.h")
                .contentsAsUtf8String();
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
                write(Sources.acme("@BpfType\nrecord FlowKey(@U32 long id) {}"), "com.acme.FlowKey");
                write(
                        Sources.acme("interface Sizes { long FLOWS = 128; int BYTES = 6; int BITS = 3; }"),
                        "com.acme.Sizes");
            }
            return false;
        }

        private void write(JavaFileObject source, String name) {
            try (Writer writer = processingEnv.getFiler().createSourceFile(name).openWriter()) {
                writer.write(Texts.read(source));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
