/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.processor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.processor.NestmapProcessor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.annotation.processing.Filer;
import javax.lang.model.element.Element;
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
        Map<String, List<String>> origins = new TreeMap<>();
        Wrapped processor = new Wrapped(Filer.class, (method, arguments) -> {
            if (method.startsWith("create")) {
                Element[] elements = (Element[]) arguments[arguments.length - 1];
                origins.put(
                        arguments[arguments.length - 2].toString(),
                        Arrays.stream(elements).map(Object::toString).toList());
            }
            return false;
        });

        Javac.Result result = Javac.into(temporary).with(processor).compile(FLOW_KEY, STATE, FLOW, TENANTS);

        assertThat(result.complaints()).isEmpty();
        assertThat(origins)
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
}
