/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kotlin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nestmap.runtime.MapAccessor;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jetbrains.kotlin.cli.common.ExitCode;
import org.jetbrains.kotlin.cli.jvm.K2JVMCompiler;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kotlin code can call every operation of an accessor without a cast, with primitive keys and with record keys. */
@Tag("long")
class KotlinTest {
    private static final Path SOURCE = Path.of("src", "test", "resources", "kotlin", "operations.kt");

    @TempDir
    Path output;

    @Test
    void kotlinCallsEveryOperation() {
        ByteArrayOutputStream messages = new ByteArrayOutputStream();

        ExitCode result = compile(messages, SOURCE);

        assertThat(messages.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(result).isEqualTo(ExitCode.OK);
        assertThat(output.resolve("dev/nestmap/tests/kotlin/OperationsKt.class"))
                .isNotEmptyFile();
    }

    /** There is one method for a key, so the message about one of another type names the type, and lists no candidates. */
    @Test
    void aWrongKeyHasAShortMessage() throws IOException {
        Path wrong = output.resolve("wrong.kt");
        Files.writeString(wrong, """
                package dev.nestmap.tests.kotlin

                fun wrong(prices: ShopsBpf.PriceMap, shops: ShopsBpf.ShopMap) {
                    prices.getAndRemove("1")
                    shops.request("1")
                }
                """);
        ByteArrayOutputStream messages = new ByteArrayOutputStream();

        ExitCode result = compile(messages, wrong);

        assertThat(result).isEqualTo(ExitCode.COMPILATION_ERROR);
        assertThat(messages.toString(StandardCharsets.UTF_8))
                .doesNotContain("candidates", "warning:")
                .satisfies(
                        all -> assertThat(all.lines().filter(line -> line.contains("error:")))
                                .satisfiesExactly(
                                        price -> assertThat(price)
                                                .startsWith(wrong + ":4:")
                                                .endsWith(
                                                        "error: argument type mismatch: actual type is 'String', but 'Int' was expected."),
                                        shop -> assertThat(shop)
                                                .startsWith(wrong + ":5:")
                                                .endsWith(
                                                        "error: argument type mismatch: actual type is 'String', but 'Long' was expected.")));
    }

    private ExitCode compile(ByteArrayOutputStream messages, Path... sources) {
        List<String> arguments = new ArrayList<>(
                List.of("-no-stdlib", "-no-reflect", "-classpath", classPath(), "-d", output.toString()));
        Stream.of(sources).map(Path::toString).forEach(arguments::add);
        return new K2JVMCompiler()
                .exec(new PrintStream(messages, true, StandardCharsets.UTF_8), arguments.toArray(String[]::new));
    }

    /** The Kotlin code leaves no operation out. */
    @ParameterizedTest
    @ValueSource(
            classes = {
                ShopsBpf.ShopMap.class,
                ShopsBpf.VisitsMap.class,
                ShopsBpf.StockMap.class,
                ShopsBpf.PriceMap.class,
                ShopsBpf.SaleMap.class,
                ShopsBpf.StackMap.class,
                ShopsBpf.CounterMap.class,
                ShopsBpf.StepMap.class
            })
    void theCodeCallsEachMethod(Class<? extends MapAccessor> accessor) throws IOException {
        String function = Arrays.stream(Files.readString(SOURCE).split("\nfun "))
                .filter(text -> text.lines()
                        .findFirst()
                        .orElseThrow()
                        .matches("\\w+\\(\\w+: ShopsBpf\\." + accessor.getSimpleName() + "[,)].*"))
                .collect(Collectors.joining());
        String variable = function.replaceAll("(?s)^\\w+\\((\\w+):.*", "$1");

        Set<String> operations = operations(accessor);

        assertThat(operations)
                .hasSizeGreaterThan(1)
                .allSatisfy(operation -> assertThat(function)
                        .containsPattern("\\b" + Pattern.quote(variable) + "\\." + operation + "\\b"));
    }

    /** The instance methods that are not those of every map. */
    private static Set<String> operations(Class<? extends MapAccessor> accessor) {
        Set<String> ofEveryMap = names(MapAccessor.class.getMethods());
        Set<String> names = names(accessor.getMethods());
        names.removeAll(ofEveryMap);
        names.remove("spliterator");
        return names;
    }

    private static Set<String> names(Method[] methods) {
        return Stream.of(methods)
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The tests' class path without the compiler, which is large, and folders that don't exist, of which Kotlin warns. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("kotlin-compiler"))
                .filter(entry -> Files.exists(Path.of(entry)))
                .collect(Collectors.joining(File.pathSeparator));
    }
}
