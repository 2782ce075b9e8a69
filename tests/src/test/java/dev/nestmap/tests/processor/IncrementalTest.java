/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.processor.NestmapProcessor;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.Filer;
import javax.annotation.processing.ProcessingEnvironment;
import javax.annotation.processing.RoundEnvironment;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The processor is isolating: a generated file comes from one top-level type, and types may be compiled one by one. */
class IncrementalTest {
    private static final Source FLOW_KEY = Source.acme("@BpfType\npublic record FlowKey(@U32 long id, State state) {}");
    private static final Source STATE =
            Source.acme("@BpfType\npublic enum State {\n    @EnumValue(1) NEW,\n    @EnumValue(4) OLD\n}");
    private static final Source FLOW = Source.acme(
            "@InnerMap(maxEntries = 16, name = \"tf_flow\")\npublic record Flow(@Key FlowKey key, @U64 long packets) {}");
    private static final Source TENANTS = Source.acme("""
            @BpfObject("tenants")
            public interface Tenants {
                @OuterMap(inner = Flow.class, maxEntries = 16)
                record Tenant(@U32 long id) {}

                @BpfMap(maxEntries = 16)
                record Total(@Key FlowKey key, @U64 long packets, @U8 State state) {}
            }
            """);

    @TempDir
    Path temporary;

    @Test
    void gradleIsToldSo() throws IOException {
        String file = "META-INF/gradle/incremental.annotation.processors";
        try (InputStream declared = NestmapProcessor.class.getClassLoader().getResourceAsStream(file)) {
            assertThat(declared).isNotNull();
            assertThat(new String(declared.readAllBytes(), StandardCharsets.UTF_8).strip())
                    .isEqualTo(NestmapProcessor.class.getName() + ",isolating");
        }
    }

    @Test
    void eachFileHasOneOrigin() {
        Origins origins = new Origins();

        Javac.Result result = Javac.into(temporary).with(origins).compile(FLOW_KEY, STATE, FLOW, TENANTS);

        assertThat(result.complaints()).isEmpty();
        assertThat(origins.byFile)
                .containsEntry("META-INF/bpf/include/tenants.bpf.h", List.of("com.acme.Tenants"))
                .containsEntry("META-INF/bpf/tenants.schema", List.of("com.acme.Tenants"))
                .containsEntry("com.acme.TenantsBpf", List.of("com.acme.Tenants"))
                .containsEntry("META-INF/bpf/include/flow_key.bpf.h", List.of("com.acme.FlowKey"))
                .containsEntry("com.acme.FlowMap", List.of("com.acme.Flow"))
                .hasSize(12)
                .allSatisfy((file, origin) -> assertThat(origin).as(file).hasSize(1));
    }

    @Test
    void typesCompiledOneByOneGiveTheSame() {
        Javac.Result together = Javac.into(temporary.resolve("together")).compile(FLOW_KEY, STATE, FLOW, TENANTS);
        assertThat(together.complaints()).isEmpty();

        Path apart = temporary.resolve("apart");
        Path jar = temporary.resolve("jar");
        assertThat(Javac.into(jar).compile(STATE).complaints()).isEmpty();
        assertThat(Javac.into(jar).classPath(jar).compile(FLOW_KEY).complaints())
                .isEmpty();
        assertThat(Javac.into(jar).classPath(jar).compile(FLOW).complaints()).isEmpty();
        Javac.Result alone = Javac.into(apart).classPath(jar).compile(TENANTS);

        assertThat(alone.complaints()).isEmpty();
        assertThat(alone.files())
                .hasSize(3)
                .allSatisfy((path, text) -> assertThat(text).as(path).isEqualTo(together.text(path)));
    }

    @Test
    void compiledAgainItIsNoClashWithItself() {
        assertThat(Javac.into(temporary).compile(STATE).complaints()).isEmpty();

        assertThat(Javac.into(temporary).classPath(temporary).compile(STATE).complaints())
                .isEmpty();
    }

    @Test
    void aHeaderThatAnotherTypeLeftIsAClash() {
        Source other = Source.acme("@BpfObject(\"state\")\ninterface Other {\n"
                + "    @BpfMap(maxEntries = 1)\n    record Map(@Key int key) {}\n}");
        assertThat(Javac.into(temporary).compile(STATE).complaints()).isEmpty();

        Javac.Result result = Javac.into(temporary).classPath(temporary).compile(other);

        assertThat(result.errors()).extracting(Problem::id).containsExactly("NM-404");
        assertThat(result.errors().get(0).message()).contains("com.acme.Other and com.acme.State");
        assertThat(result.errors().get(0).line()).isEqualTo(5);
    }

    @Test
    void aHeaderOfATypeThatHasAnotherNowIsNoClash() {
        String object = "interface %s {\n    @BpfMap(maxEntries = 1)\n    record Map(@Key int key) {}\n}";
        Source before = Source.acme("@BpfObject(\"state\")\n" + object.formatted("Before"));
        Source renamed = Source.acme("@BpfObject(\"renamed\")\n" + object.formatted("Before"));
        Source after = Source.acme("@BpfObject(\"state\")\n" + object.formatted("After"));
        assertThat(Javac.into(temporary).compile(before).complaints()).isEmpty();
        assertThat(Javac.into(temporary).compile(renamed).complaints()).isEmpty();

        assertThat(Javac.into(temporary).classPath(temporary).compile(after).complaints())
                .isEmpty();
    }

    /** Nestmap's processor, and what it tells the compiler of the origin of each file. */
    private static final class Origins extends AbstractProcessor {
        private final NestmapProcessor processor = new NestmapProcessor();
        private final Map<String, List<String>> byFile = new TreeMap<>();

        @Override
        public synchronized void init(ProcessingEnvironment environment) {
            Filer filer = (Filer) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Filer.class}, (proxy, method, arguments) -> {
                        if (method.getName().startsWith("create")) {
                            note(arguments);
                        }
                        return invoke(environment.getFiler(), method, arguments);
                    });
            processor.init((ProcessingEnvironment) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {ProcessingEnvironment.class},
                    (proxy, method, arguments) -> method.getReturnType().equals(Filer.class)
                            ? filer
                            : invoke(environment, method, arguments)));
        }

        private void note(Object[] arguments) {
            Element[] origins = (Element[]) arguments[arguments.length - 1];
            byFile.put(
                    arguments[arguments.length - 2].toString(),
                    Arrays.stream(origins).map(Object::toString).toList());
        }

        private static Object invoke(Object target, java.lang.reflect.Method method, Object[] arguments)
                throws Throwable {
            try {
                return method.invoke(target, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }

        @Override
        public Set<String> getSupportedAnnotationTypes() {
            return processor.getSupportedAnnotationTypes();
        }

        @Override
        public SourceVersion getSupportedSourceVersion() {
            return SourceVersion.latestSupported();
        }

        @Override
        @SuppressWarnings("DoNotClaimAnnotations") // answers what the processor inside does
        public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
            return processor.process(annotations, round);
        }
    }
}
