/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.processor;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.testing.compile.Compilation;
import dev.nestmap.processor.testing.Compilers;
import dev.nestmap.processor.testing.Sources;
import dev.nestmap.runtime.ArrayAccessor;
import dev.nestmap.runtime.BloomFilterAccessor;
import dev.nestmap.runtime.DescriptorAccessor;
import dev.nestmap.runtime.EntryView;
import dev.nestmap.runtime.HashAccessor;
import dev.nestmap.runtime.LoadedObject;
import dev.nestmap.runtime.NestAccessor;
import dev.nestmap.runtime.OpenObject;
import dev.nestmap.runtime.PerfEventAccessor;
import dev.nestmap.runtime.QueueAccessor;
import dev.nestmap.runtime.RingBufferAccessor;
import dev.nestmap.runtime.StorageAccessor;
import dev.nestmap.runtime.StructView;
import dev.nestmap.runtime.UserRingBufferAccessor;
import dev.nestmap.runtime.Variable;
import dev.nestmap.runtime.WritableArrayView;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import javax.tools.JavaFileObject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever names Java allows for declarations: the generated classes compile, or one rule of Nestmap rejects the declaration. The seed draws one
 * of eight names, and {@code -Dnestmap.names=all} tries all.
 */
class GeneratedNamesTest {
    private static final int ONE_OF = "all".equals(System.getProperty("nestmap.names")) ? 1 : 8;

    /** Classes that generated classes extend. */
    private static final List<Class<?>> BASES = List.of(
            LoadedObject.class,
            OpenObject.class,
            HashAccessor.class,
            ArrayAccessor.class,
            NestAccessor.class,
            Variable.class,
            EntryView.class,
            StructView.class,
            WritableArrayView.class);

    /** Further ones, for which the names of nested types are enough. */
    private static final List<Class<?>> MORE_BASES = List.of(
            BloomFilterAccessor.class,
            DescriptorAccessor.class,
            PerfEventAccessor.class,
            QueueAccessor.class,
            RingBufferAccessor.class,
            StorageAccessor.class,
            UserRingBufferAccessor.class);

    /** Keywords, names of generated members and classes, and names that are unusual in Java. */
    private static final List<String> WORDS = List.of(
            ("interface switch class package native default null true var yield record sealed permits codec spec layout key"
                            + " constants FLOW_MAP RATE_CODEC EVENTS statsMap mapped entries view owned sizes open struct place"
                            + " writable xdp bpf a$b $ L number member actual from to at java dev com String Object long scalars"
                            + " nullable handle map cpu inKey")
                    .split(" "));

    /** The index of a struct whose view has a method with the name. */
    private static final int WITH_VIEWS = 6;

    /** Each word, as a type ({@code %1$s}) and as a member ({@code %2$s}), at every kind of declaration. */
    private static final List<String> DECLARATIONS =
            List.of("""
            @Name("links") @OuterMap(inner = MyOther.class, maxEntries = 16)
            record %1$s(@U32 long ifindex, @Be16 int vlan) {}

            @InnerMap(maxEntries = 16)
            record MyOther(@Key @U32 long myId, long myValue) {}
            """, """
            @Name("links") @BpfMap(type = MapType.ARRAY, flags = MapFlag.MMAPABLE, maxEntries = 4)
            record MyStats(@Key @U32 long myId, @Name("word") long %2$s, @U32 long myOther) {}
            """, """
            @Name("links") @BpfMap(type = MapType.ARRAY, flags = MapFlag.MMAPABLE, maxEntries = 4)
            record %1$s(@Key @U32 long myId, @Name("word") long %2$s) {}
            """, """
            @BpfType @Name("part")
            public record %1$s(MyPart myFirst, MyPart mySecond) {
                public record MyPart(@Name("word") long %2$s, @Be16 int myPort) {}
            }
            """, """
            @BpfType @Name("part")
            public record MyWhole(%1$s myFirst, %1$s mySecond) {
                @Name("inside") public record %1$s(@Name("word") long %2$s, @Be16 int myPort) {}
            }
            """, """
            @BpfType @Name("part")
            public enum %1$s { HOME, WORK }

            @BpfObject("flows")
            interface MyFlows {
                @BpfMap(maxEntries = 16)
                record MyFlow(@Key @U32 long myId, %1$s myOne, java.util.Set<%1$s> mySome, @Size(2) %1$s[] myMany) {}
                @BpfMap(type = MapType.ARRAY, flags = MapFlag.MMAPABLE, maxEntries = 4)
                record MyRow(@Key @U32 long myId, %1$s myOne) {}
            }
            """, """
            @BpfObject("flows")
            interface MyFlows {
                @Name("part") record %1$s(@Name("word") @U32 long %2$s, @U32 long myOther) {}
                @Name("kind") enum MyKind { @Name("constant") %2$s }
                @BpfMap(maxEntries = 16)
                record MyFlow(@Key %1$s myId, %1$s myOne, MyKind myKind) {}
            }
            """, """
            @BpfObject("flows")
            interface %1$s {
                record MyPart(@U32 long myA, @U32 long myB) {}
                @InnerMap(maxEntries = 16) record MyFlow(@Key MyPart myId, MyPart myOne, MyState state) {}
                @OuterMap(inner = MyFlow.class, maxEntries = 16) record MyTenant(@U32 long myId, @U32 long myZone) {}
                @BpfMap(type = MapType.ARRAY, flags = MapFlag.MMAPABLE, maxEntries = 4)
                record MyRow(@Key @U32 long myId, @Name("word") @U32 long %2$s) {}
                enum MyState { NEW }
                @Variables(setAtLoad = true) record MyCount(@Name("word") long %2$s, @U32 long myOther) {}
            }
            """, """
            @BpfObject("flows")
            interface MyFlows {
                @Name("part") @Union sealed interface %1$s {
                    @Name("one") record MyOne(@Name("word") @U32 long %2$s) implements %1$s {}
                    @Name("two") record MyTwo(long myA) implements %1$s {}
                }
                @BpfMap(maxEntries = 16)
                record MyFlow(@Key @U32 long myId, dev.nestmap.types.Untagged<%1$s> myPart) {}
            }
            """, """
            @BpfObject("flows")
            interface MyFlows {
                @Name("inner") @InnerMap(maxEntries = 16) record %1$s(@Key @U32 long myId, long myValue) {}
                @OuterMap(name = "links", inner = %1$s.class, maxEntries = 16) record MyTenant(@U32 long myId, @Be16 int myZone) {}
            }
            """, """
            @BpfObject("flows")
            interface MyFlows {
                @InnerMap(maxEntries = 16) record MyOther(@Key @U32 long myId, long myValue) {}
                @OuterMap(name = "links", inner = MyOther.class, maxEntries = 16) record %1$s(@U32 long myId, @Be16 int myZone) {}
                @BpfMap(maxEntries = 16) record MyFlow(@Key @U32 long myId, long myValue) {}
            }
            """, """
            @BpfProgram(value = "rate_codec", section = "xdp") @BpfProgram(value = "events", section = "xdp")
            @BpfProgram(value = "count", section = "kprobe/do_unlinkat", method = "%2$s")
            @BpfObject("flows")
            interface MyFlows {
                @Constants record Rate(@U32 long myValue) {}
                @InnerMap(maxEntries = 16) record MyFlow(@Key @U32 long myId, long myValue) {}
                @OuterMap(name = "EVENTS", inner = MyFlow.class, maxEntries = 16) record MyTenant(@U32 long myId) {}
            }
            """, """
            @BpfObject("flows")
            interface MyFlows {
                @Name("one") @Variables(setAtLoad = true) record %1$s(@Name("word") long %2$s, @U32 long myOther) {}
                @Name("two") @Constants record Only%1$s(@Name("word") @U32 long %2$s) {}
                @BpfMap(sizedAtLoad = true) record MyFlow(@Key @U32 long myId, long myValue) {}
            }
            """, """
            @BpfObject("flows")
            interface MyFlows {
                @Name("links") @BpfMap(sizedAtLoad = true) record %1$s(@Key @Name("word") @U32 long %2$s, long myValue) {}
                @Name("rows") @BpfMap(type = MapType.PERCPU_HASH, maxEntries = 16)
                record Each%1$s(@Key @U32 long myId, @Name("word") long %2$s) {}
            }
            """);

    /** A class that generated classes inherit would hide a type of the user with its name. */
    @Test
    void noBaseClassHasTypesThatGeneratedClassesInherit() {
        assertThat(Stream.of(BASES, MORE_BASES).flatMap(List::stream).flatMap(GeneratedNamesTest::andSupertypes))
                .allSatisfy(base -> assertThat(base.getDeclaredClasses())
                        .noneMatch(nested -> Modifier.isPublic(nested.getModifiers())
                                || Modifier.isProtected(nested.getModifiers())));
    }

    private static Stream<Class<?>> andSupertypes(Class<?> type) {
        return type == Object.class
                ? Stream.empty()
                : Stream.concat(Stream.of(type), andSupertypes(requireNonNull(type.getSuperclass())));
    }

    @Test
    @Tag("long")
    void anyNameCompilesOrIsRejected() {
        long seed = Long.getLong("nestmap.seed", System.nanoTime());
        List<JavaFileObject> sources = new ArrayList<>();
        for (String word : drawn(WORDS, seed)) {
            DECLARATIONS.forEach(declaration -> add(sources, word, declaration));
        }
        List<String> methods = BASES.stream()
                .flatMap(GeneratedNamesTest::andSupertypes)
                .flatMap(base -> Stream.of(base.getDeclaredMethods()))
                .filter(method -> method.getParameterCount() == 0 && !method.isSynthetic())
                .map(Method::getName)
                .distinct()
                .sorted()
                .toList();
        drawn(methods, seed).forEach(word -> add(sources, word, DECLARATIONS.get(WITH_VIEWS)));

        Compilation all = Compilers.nestmap().compile(sources);

        assertThat(Errors.messages(all).stream()
                        // After an error, no class is generated for the others either.
                        .filter(message -> !message.startsWith("[NM-") && !message.startsWith("cannot find symbol"))
                        .limit(20))
                .as("seed %s", seed)
                .isEmpty();
        assertThat(Errors.rules(all)).as("seed %s", seed).isSubsetOf("NM-401", "NM-402", "NM-403", "NM-405", "javac");
        assertThat(Errors.messages(all))
                .filteredOn(message -> message.startsWith("[NM-"))
                .allMatch(message -> message.lines().count() == 1);
        Set<URI> rejected = all.errors().stream()
                .map(error -> folder(requireNonNull(error.getSource())))
                .collect(Collectors.toSet());
        assertThat(rejected).hasSizeLessThan(ONE_OF == 1 ? sources.size() / 8 : sources.size() / 2);
        sources.removeIf(source -> rejected.contains(folder(source)));

        Compilation accepted = Compilers.nestmap().compile(sources);

        assertThat(Stream.concat(accepted.errors().stream(), accepted.warnings().stream())
                        .filter(found ->
                                !found.getMessage(Locale.ROOT).startsWith("[NM-507]")) // EVENTS is a counter's name
                        .map(found -> found.getMessage(Locale.ROOT) + " in " + found.getSource())
                        .limit(20))
                .as("seed %s", seed)
                .isEmpty();
        assertThat(accepted.status()).isEqualTo(Compilation.Status.SUCCESS);
    }

    private static List<String> drawn(List<String> names, long seed) {
        List<String> shuffled = new ArrayList<>(names);
        Collections.shuffle(shuffled, new Random(seed));
        return shuffled.subList(0, names.size() / ONE_OF);
    }

    /** Adds the sources of a declaration, in a package of their own. */
    private static void add(List<JavaFileObject> sources, String word, String declaration) {
        String type = word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
        String begin = "package com.acme$x.p" + sources.size() + ";\n\n";
        String qualified = declaration
                .replaceAll("@(?=[A-Z])", "@dev.nestmap.annotations.")
                .replaceAll("(?=Map(Type|Flag)\\.)", "dev.nestmap.annotations.");
        Stream.of(qualified.formatted(type, component(word)).split("\n\n"))
                .map(text -> Sources.of(begin + text))
                .forEach(sources::add);
    }

    private static URI folder(JavaFileObject source) {
        return source.toUri().resolve(".");
    }

    /** A name that a component may have. */
    private static String component(String word) {
        Set<String> methods =
                Set.of("clone", "finalize", "getClass", "hashCode", "notify", "notifyAll", "toString", "wait");
        return SourceVersion.isKeyword(word) || methods.contains(word) ? word + "_" : word;
    }
}
