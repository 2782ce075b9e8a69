/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the exported types and their members with texts in the repository, so that a review shows each change of the API. */
class SignaturesTest {
    private static final Path TEXTS = Path.of("src/test/resources/signatures");

    private static final Set<String> EXPORTED = ModulesTest.MODULES.findAll().stream()
            .filter(module -> module.descriptor().name().startsWith("dev.nestmap."))
            .flatMap(SignaturesTest::exports)
            .collect(Collectors.toSet());

    @ParameterizedTest
    @MethodSource("modules")
    void theTextHasEachSignature(String module) throws IOException {
        String signatures = signatures(ModulesTest.MODULES.find(module).orElseThrow());
        Path text = TEXTS.resolve(module + ".txt");
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(text, signatures);
        }

        assertThat(text)
                .content()
                .as(
                        "the public API of %s: if the change is intended, run this test with -Dgolden.update=true, read the"
                                + " difference of %s, and describe it in CHANGELOG.md",
                        module, text)
                .isEqualTo(signatures);
    }

    /** {@link Signatures} prints such a type with its package. */
    @ParameterizedTest
    @MethodSource("modules")
    void noSignatureHasATypeThatUsersCanNotName(String module) throws IOException {
        assertThat(signatures(ModulesTest.MODULES.find(module).orElseThrow()).lines())
                .filteredOn(line -> !line.startsWith("package "))
                .noneMatch(line -> line.contains("dev.nestmap."));
    }

    static Stream<String> modules() {
        return ModulesTest.MODULES.findAll().stream()
                .filter(module -> module.descriptor().name().startsWith("dev.nestmap."))
                .filter(module -> exports(module).findAny().isPresent())
                .map(module -> module.descriptor().name())
                .sorted();
    }

    private static Stream<String> exports(ModuleReference module) {
        return module.descriptor().exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(Exports::source);
    }

    private static String signatures(ModuleReference module) throws IOException {
        Signatures signatures = new Signatures(EXPORTED);
        List<Class<?>> classes = classes(module);
        return exports(module)
                .sorted()
                .map(name -> signatures.text(
                        name,
                        classes.stream()
                                .filter(type -> type.getPackageName().equals(name))
                                .toList()))
                .collect(Collectors.joining("\n"));
    }

    private static List<Class<?>> classes(ModuleReference module) throws IOException {
        try (ModuleReader reader = module.open();
                Stream<String> names = reader.list()) {
            return names.filter(name -> name.endsWith(".class") && name.contains("/"))
                    .map(name ->
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'))
                    .filter(name -> EXPORTED.contains(name.substring(0, name.lastIndexOf('.'))))
                    .filter(name -> !name.endsWith(".package-info"))
                    .<Class<?>>map(SignaturesTest::load)
                    .toList();
        }
    }

    private static Class<?> load(String name) {
        try {
            return Class.forName(name, false, SignaturesTest.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("a class of the module is not on the class path of the tests", e);
        }
    }
}
