/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static com.google.testing.compile.CompilationSubject.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.processor.testing.Texts;
import dev.nestmap.runtime.LoadedObject;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Accessors generated from unusual records compile without warnings. */
@Tag("slow")
class JavaShapesTest {
    private static void assertCompiles(JavaFileObject... sources) {
        Compilation compilation = Compilers.nestmap().compile(sources);

        assertThat(compilation).succeededWithoutWarnings();
        assertThat(compilation.generatedSourceFiles()).isNotEmpty();
    }

    /** The default of the tests leaves out one kind of warnings, which users may make errors. */
    @Test
    void nothingIsWarnedOf() {
        Compilation compilation = Compilers.nestmap()
                .withOptions("-Xlint:all,-processing", "-Werror")
                .compile(Sources.eachOf("""
                        @BpfType
                        public record FlowKey(@Be16 int port, @U8 int protocol) {}

                        @BpfObject("flows")
                        @BpfProgram(value = "count", section = "xdp")
                        interface Flows {
                            @SpinLock
                            @InnerMap(maxEntries = 16)
                            record Flow(@Key FlowKey key, @U64 long packets, @U64 long bytes) {}

                            @OuterMap(inner = Flow.class, maxEntries = 16)
                            record Tenant(@U32 long id) {}

                            @Constants
                            record Config(@U32 long rate) {}
                        }
                        """));

        assertThat(compilation).succeededWithoutWarnings();
        assertThat(compilation.notes()).isEmpty();
    }

    /** The encoding of the sources, such as US-ASCII, may lack letters that they escape. */
    @Test
    void generatedSourcesAreInAscii() {
        Compilation compilation = Compilers.nestmap().compile(Sources.inFlows("""
                        @Name("kind") enum Gr\u00f6\u00dfe { @Name("SMALL") KLEIN, @Name("LARGE") GRO\u1e9e }

                        @Name("flow_map")
                        @InnerMap(maxEntries = 16)
                        record Flu\u00df(@Key @Name("id") @U32 long schl\u00fcssel, @Name("size") Gr\u00f6\u00dfe gr\u00f6\u00dfe) {}

                        @Name("tenant")
                        @OuterMap(inner = Flu\u00df.class, maxEntries = 16)
                        record M\u00fcnchen(@Name("id") @U32 long id) {}
                        """));

        assertThat(compilation).succeededWithoutWarnings();
        assertThat(compilation.generatedSourceFiles())
                .isNotEmpty()
                .allSatisfy(
                        file -> assertThat(Texts.read(file)).contains("\\u00fc").isASCII());
    }

    /** javac writes this text for a missing class. */
    @Test
    void aStringIsNoMissingClass() {
        Compilation compilation = Compilers.nestmap().compile(Sources.inFlows("""
                        @BpfMap(maxEntries = 16, pin = "<error>")
                        record Flow(@Key @U32 long id, @U64 long packets) {}
                        """));

        assertThat(compilation)
                .hadErrorContaining("[NM-331] map flow can't be pinned at \"<error>\": Nestmap accepts no path that");
    }

    /** The codecs of the enum and of the nested struct are private to that package. */
    @Test
    void aKeyOfAnotherPackageMayHaveNestedTypes() {
        assertCompiles(Sources.of("""
                        package com.other;

                        import dev.nestmap.annotations.*;

                        @BpfType
                        public record PortKey(Tier tier, Part part) {
                            public enum Tier { FREE, PAID }

                            public record Part(@U32 long low, @U32 long high) {}
                        }
                        """), Sources.inFlows("""
                        @BpfMap(maxEntries = 16)
                        record Flow(@Key com.other.PortKey key, @U64 long packets) {}

                        @BpfMap(maxEntries = 16)
                        record Last(@Key @U32 long id, com.other.PortKey key) {}
                        """));
    }

    /** {@code load} can't name these parameters after their records, because it has others of these names. */
    @Test
    void parametersOfLoadHaveDifferentNames() {
        assertCompiles(Sources.inFlows("""
                @Constants
                record Object(@U64 long a) {}

                @Constants
                record ObjectValue(@U64 long b) {}

                @Variables(setAtLoad = true)
                record SizesValue(@U64 long c) {}

                @Variables(setAtLoad = true)
                record Sizes(@U64 long d) {}

                @BpfMap(sizedAtLoad = true)
                record Flow(@Key long id, int value) {}
                """));
    }

    @Test
    void aLoadWithoutConstantsDoesNotCompile() {
        JavaFileObject object = Sources.inFlows("""
                @Constants
                record Config(@U32 long rate, @U32 long port) {}
                """);
        String main = """
                class Main {
                    static FlowsBpf load() {
                        return FlowsBpf.load(%s);
                    }
                }
                """;

        assertThat(Compilers.nestmap().compile(object, Sources.acme(main.formatted("new Flows.Config(1, 2)"))))
                .succeededWithoutWarnings();
        assertThat(Compilers.nestmap().compile(object, Sources.acme(main.formatted(""))))
                .hadErrorContaining("no suitable method found for load");
    }

    @Test
    void keysOfDescriptorMapsMayHaveNamesOfGeneratedCode() {
        assertCompiles(Stream.of("program", "descriptor", "index")
                .map(name -> Sources.acme("""
                        @BpfObject("flows_%1$s")
                        interface Flows_%1$s {
                            @BpfMap(type = MapType.PROG_ARRAY, maxEntries = 4)
                            record Stage(@Key @U32 int %1$s) {}

                            @BpfMap(type = MapType.SOCKMAP, maxEntries = 4)
                            record Socket(@Key @U32 int %1$s) {}

                            @BpfMap(type = MapType.SOCKHASH, maxEntries = 4)
                            record Connection(@Key @U64 long %1$s) {}
                        }
                        """.formatted(name)))
                .toArray(JavaFileObject[]::new));
    }

    /** The static methods that take the name of an outer map don't clash with those that take a key. */
    @Test
    void severalOuterMapsMayHaveAStringKey() {
        assertCompiles(Sources.inFlows("""
                @InnerMap(maxEntries = 16)
                record Flow(@Key int id, int value) {}

                @OuterMap(name = "one", inner = Flow.class, maxEntries = 16)
                @OuterMap(name = "two", inner = Flow.class, maxEntries = 16)
                record Named(@Size(16) String name) {}
                """));
    }

    static Stream<String> objectMethods() {
        return Stream.of(LoadedObject.class, Object.class)
                .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .filter(method -> method.getParameterCount() == 0 && !method.isSynthetic())
                .filter(method -> !Modifier.isPrivate(method.getModifiers()))
                .map(Method::getName)
                .filter(name -> name.matches("[A-Za-z]+"))
                .distinct();
    }

    /** The processor rejects a map whose method would override one that every object's class has. */
    @ParameterizedTest
    @MethodSource("objectMethods")
    void noMapOverridesAMethodOfEveryObject(String method) {
        String record = method.substring(0, 1).toUpperCase(Locale.ROOT) + method.substring(1);

        Compilation compilation = Compilers.nestmap()
                .compile(Sources.acme("@BpfObject\ninterface Flows {\n" + "    @BpfMap(maxEntries = 1)\n    record "
                        + record + "(@Key int id) {}\n}"));

        assertThat(Errors.rules(compilation)).containsExactly("NM-405");
    }

    @Test
    void mapsMayHaveNamesOfFieldsOfTheObject() {
        JavaFileObject object = Sources.inFlows("""
                @InnerMap(maxEntries = 16, instances = "SPEC")
                record Flow(@Key int id, int value) {}
                """);
        JavaFileObject user = Sources.acme("""
                class User {
                    static FlowsBpf.FlowMap map(FlowsBpf flows) {
                        return flows.SPEC();
                    }
                }
                """);

        assertCompiles(object, user);
    }

    /** Records of an existing object have the names and layouts of its structs. */
    @Test
    void recordsMayNameOneStructOfAnExistingObject() {
        for (String second : List.of("@U32 long ip, @U16 int port", "@U32 long number, @U32 int port")) {
            assertCompiles(Sources.acme("""
                    @BpfObject(existing = true)
                    interface Flows {
                        @Name("addr")
                        record Source(@U32 long ip, @U16 int port) {}

                        @Name("addr")
                        record Target(%s) {}

                        @Name("state")
                        enum Before { OLD, NEW }

                        @Name("state")
                        enum After { OLD, NEW }

                        @BpfMap(maxEntries = 16)
                        record Flow(@Key Source source, Target target, Before before, After after) {}
                    }
                    """.formatted(second)));
        }
    }

    @Test
    void typesMayBeInTheDefaultPackage() {
        assertCompiles(Sources.of("""
                        import dev.nestmap.annotations.*;

                        @BpfObject
                        interface Flows {
                            @BpfMap(maxEntries = 16)
                            record Flow(@Key Shared key, int value) {}
                        }
                        """), Sources.of("@dev.nestmap.annotations.BpfType\nrecord Shared(int id) {}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"@Deprecated", "@Deprecated(forRemoval = true)"})
    void declarationsMayBeDeprecated(String deprecated) {
        String sources = """
                @Deprecated
                @BpfObject
                interface Flows {
                    @BpfMap(maxEntries = 16)
                    record Flow(@Key int id, int value) {}
                }

                @BpfObject
                interface WithRecord {
                    @Deprecated
                    @BpfMap(maxEntries = 16)
                    record Flow(@Key int id, int value) {}
                }

                @BpfObject
                interface WithConstant {
                    enum State { OLD, @Deprecated NEW }

                    @BpfMap(maxEntries = 16)
                    record Flow(@Key State state, int value) {}
                }

                @BpfObject
                interface WithMember {
                    record Event(int kind, dev.nestmap.types.Untagged<Data> data) {}

                    @Union
                    sealed interface Data {
                        record Packet(int length) implements Data {}

                        record Drop(int reason) implements Data {
                            @Deprecated
                            public int reason() {
                                return reason;
                            }
                        }
                    }

                    @BpfMap(maxEntries = 16)
                    record Flow(@Key int id, Event event) {}
                }

                @BpfType
                record Shared(int value, int other) {
                    @Deprecated
                    public int value() {
                        return value;
                    }
                }

                @BpfType
                enum Tier { GOLD, @Deprecated SILVER }

                @BpfType
                @Deprecated
                record Old(int value) {}

                @InnerMap(maxEntries = 16)
                @Deprecated
                record Count(@Key int id, int value) {}

                @SuppressWarnings({"deprecation", "removal"})
                @OuterMap(maxEntries = 16, inner = Count.class)
                record Tenant(int id) {}

                @SuppressWarnings({"deprecation", "removal"})
                @BpfObject
                interface User {
                    @BpfMap(maxEntries = 16)
                    record OfShared(@Key int id, Shared shared) {}

                    @BpfMap(maxEntries = 16)
                    record OfSet(@Key int id, @U8 java.util.Set<Tier> tiers) {}
                }

                @SuppressWarnings({"deprecation", "removal"})
                @BpfMap(maxEntries = 16)
                record OfArray(@Key int id, @Size(2) Old[] olds) {}
                """;

        assertCompiles(
                Sources.eachOf(sources.replace("@Deprecated", deprecated)).toArray(JavaFileObject[]::new));
    }

    @Test
    void recordsAndEnumsMayHaveBodies() {
        assertCompiles(Sources.acme("""
                @BpfObject
                public interface Flows extends Comparable<Flows> {
                    int CONSTANT = 1;

                    default void method() {}

                    enum State implements Runnable {
                        NEW {
                            @Override
                            public void run() {}
                        },
                        OLD("x") {
                            @Override
                            public void run() {}
                        };

                        private final String text;

                        State() {
                            this("");
                        }

                        State(String text) {
                            this.text = text;
                        }

                        String text() {
                            return text;
                        }
                    }

                    @BpfMap(maxEntries = CONSTANT + 1)
                    record Flow(@Key int id, @U16 int port, State state) implements Comparable<Flow> {
                        static int count;

                        public Flow {
                            if (port < 0) {
                                throw new IllegalArgumentException();
                            }
                        }

                        Flow(int id) {
                            this(id, 1, State.NEW);
                        }

                        @Override
                        public int port() {
                            return port;
                        }

                        @Override
                        public int compareTo(Flow other) {
                            return 0;
                        }
                    }
                }
                """));
    }

    @Test
    void typesMayBeAnnotatedAndDeeplyNested() {
        assertCompiles(Sources.of("""
                package com.acme;

                import dev.nestmap.annotations.*;
                import java.lang.annotation.ElementType;
                import java.lang.annotation.Target;
                import java.net.Inet4Address;
                import org.jspecify.annotations.Nullable;

                @BpfObject
                interface Flows {
                    @Target({ElementType.TYPE_USE, ElementType.RECORD_COMPONENT})
                    @interface Odd {}

                    interface Deeper {
                        record Part(@Odd int a, @Odd long b) {}

                        class Deepest {
                            enum State { NEW }
                        }
                    }

                    @BpfMap(maxEntries = 16)
                    record Flow(@Key Deeper.@Odd Part key, @Nullable Inet4Address address, @Odd @U8 int small,
                            Deeper.Deepest.@Nullable State state, @Odd boolean flag) {}
                }
                """));
    }

    @Test
    void messagesNameTypesWithoutTheirAnnotations() {
        Compilation compilation = Compilers.nestmap().compile(Sources.of("""
                package com.acme;

                import dev.nestmap.annotations.*;
                import org.jspecify.annotations.Nullable;

                @BpfMap(maxEntries = 16)
                record Flow(@Key int key, @Nullable String text) {}
                """));

        assertThat(compilation).hadErrorCount(1);
        assertThat(compilation).hadErrorContainingMatch("\\[NM-210] .* java\\.lang\\.String\\b");
        assertThat(Errors.messages(compilation)).noneMatch(message -> message.contains("Nullable"));
    }

    @Test
    void sourcesWithoutAnnotationsGenerateNothing() {
        Compilation compilation = Compilers.nestmap().compile(Sources.acme("record Plain(float f) {}"));

        assertThat(compilation).succeededWithoutWarnings();
        assertThat(compilation.generatedFiles()).allMatch(file -> file.getKind() == JavaFileObject.Kind.CLASS);
    }
}
