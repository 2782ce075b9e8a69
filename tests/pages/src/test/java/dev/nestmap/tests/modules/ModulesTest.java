/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.modules;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Opens;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.lang.module.ResolvedModule;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The module descriptors fit together, and they export what users and generated code call. */
class ModulesTest {
    private static final Set<String> FOR_USERS = Set.of(
            "dev.nestmap.annotations",
            "dev.nestmap.annotations.kernel",
            "dev.nestmap.types",
            "dev.nestmap.runtime",
            "dev.nestmap.runtime.attach",
            "dev.nestmap.runtime.error",
            "dev.nestmap.runtime.observe",
            "dev.nestmap.runtime.pin",
            "dev.nestmap.memory",
            "dev.nestmap.untyped",
            "dev.nestmap.kafka",
            "dev.nestmap.jdbc",
            "dev.nestmap.micrometer");

    private static final Set<String> FOR_GENERATED_CODE =
            Set.of("dev.nestmap.runtime.codec", "dev.nestmap.runtime.spi");

    /** The version of class files. */
    private static final short JAVA_17 = 61;

    private static final String FOLDERS =
            "annotations|schema|btf|lint|bpf-c-templates|natives|jnr|foreign|runtime|memory|untyped|kafka|jdbc|micrometer|cli|object-builder";

    private static final ModuleFinder MODULES = ModuleFinder.of(ModulePath.of(
                    FOLDERS,
                    "asm(-\\w+)?|jffi|jnr-ffi|jnr-\\w+asm|jspecify|javapoet|picocli|kafka-clients|jackson-core|micrometer-(core|commons|observation)")
            .toArray(Path[]::new));

    /** Fails if a required module is missing, or if two modules have a package in common. */
    @Test
    void theModulesCanBeUsedTogether() {
        Set<String> ours = ours().stream().map(ModuleDescriptor::name).collect(Collectors.toSet());
        Configuration resolved = ModuleLayer.boot().configuration().resolve(MODULES, ModuleFinder.ofSystem(), ours);

        assertThat(ours)
                .containsExactlyInAnyOrder(
                        "dev.nestmap.annotations",
                        "dev.nestmap.schema",
                        "dev.nestmap.btf",
                        "dev.nestmap.lint",
                        "dev.nestmap.header",
                        "dev.nestmap.natives",
                        "dev.nestmap.jnr",
                        "dev.nestmap.foreign",
                        "dev.nestmap.runtime",
                        "dev.nestmap.memory",
                        "dev.nestmap.untyped",
                        "dev.nestmap.kafka",
                        "dev.nestmap.jdbc",
                        "dev.nestmap.micrometer",
                        "dev.nestmap.cli",
                        "dev.nestmap.builder");
        assertThat(resolved.findModule("org.objectweb.asm")).isPresent();
    }

    @Test
    void onlyPackagesForUsersAndGeneratedCodeAreExported() {
        Set<String> expected = new TreeSet<>(FOR_USERS);
        expected.addAll(FOR_GENERATED_CODE);

        assertThat(ours().stream()
                        .flatMap(module -> module.exports().stream())
                        .filter(exports -> !exports.isQualified())
                        .map(Exports::source))
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    /** JNR implements the interfaces of native functions, and Picocli sets the options of the commands. Nothing else needs to be open. */
    @Test
    void onlyNativeFunctionsAndOptionsOfCommandsAreOpen() {
        assertThat(ours().stream().flatMap(module -> module.opens().stream()).map(Opens::toString))
                .containsExactlyInAnyOrder(
                        "dev.nestmap.jnr",
                        "dev.nestmap.cli to [info.picocli]",
                        "dev.nestmap.cli.console to [info.picocli]",
                        "dev.nestmap.cli.doctor to [info.picocli]",
                        "dev.nestmap.cli.pins to [info.picocli]",
                        "dev.nestmap.cli.source to [info.picocli]",
                        "dev.nestmap.cli.tree to [info.picocli]");
    }

    /** jffi 1.4.5 has no name of its own any more, so a module that requires it by name can't be resolved. */
    @Test
    void aJffiWithoutAModuleNameCanBeUsed(@TempDir Path folder) throws IOException {
        Path nameless = folder.resolve("jffi-99.jar");
        try (OutputStream to = Files.newOutputStream(nameless);
                JarOutputStream jar = new JarOutputStream(to)) {
            jar.putNextEntry(new ZipEntry("com/kenai/jffi/Any.class"));
        }
        Path[] others = ModulePath.ofRuntime().stream()
                .filter(path -> !path.getFileName().toString().startsWith("jffi-"))
                .toArray(Path[]::new);

        Configuration resolved = ModuleLayer.boot()
                .configuration()
                .resolve(
                        ModuleFinder.compose(ModuleFinder.of(others), ModuleFinder.of(nameless)),
                        ModuleFinder.ofSystem(),
                        Set.of("dev.nestmap.jnr"));

        assertThat(resolved.findModule("dev.nestmap.jnr").orElseThrow().reads())
                .extracting(ResolvedModule::name)
                .contains("jffi");
    }

    /** A Java VM reads the descriptors of all modules on its path, also of the one that needs a newer Java to run. */
    @Test
    void java17ReadsAllDescriptors() throws IOException {
        Set<String> found = new TreeSet<>();
        for (Path module : ModulePath.of(FOLDERS, "none")) {
            for (ModuleReference reference : ModuleFinder.of(module).findAll()) {
                try (ModuleReader reader = reference.open();
                        InputStream descriptor =
                                reader.open("module-info.class").orElseThrow()) {
                    short version = ByteBuffer.wrap(descriptor.readNBytes(8)).getShort(6);
                    assertThat(version).as(reference.descriptor().name()).isEqualTo(JAVA_17);
                    found.add(reference.descriptor().name());
                }
            }
        }
        assertThat(found).hasSize(FOLDERS.split("\\|").length);
    }

    /** A service carries neither the rules of the compiler nor the linter. */
    @Test
    void aServiceNeedsOnlyTheModelTheReaderAndTheRuntime() {
        Configuration service = ModuleLayer.boot()
                .configuration()
                .resolve(MODULES, ModuleFinder.ofSystem(), Set.of("dev.nestmap.runtime"));

        assertThat(service.modules())
                .extracting(ResolvedModule::name)
                .filteredOn(name -> name.startsWith("dev.nestmap."))
                .containsExactlyInAnyOrder(
                        "dev.nestmap.annotations",
                        "dev.nestmap.schema",
                        "dev.nestmap.btf",
                        "dev.nestmap.natives",
                        "dev.nestmap.runtime");
    }

    /** Only one module needs JNR, so a service without this module needs none. */
    @Test
    void onlyTheModuleForJnrRequiresIt() {
        assertThat(ours().stream()
                        .filter(module -> module.requires().stream()
                                .anyMatch(requires -> requires.name().startsWith("org.jnrproject")
                                        || requires.name().startsWith("org.objectweb")))
                        .map(ModuleDescriptor::name))
                .containsExactly("dev.nestmap.jnr");
    }

    private static List<ModuleDescriptor> ours() {
        return MODULES.findAll().stream()
                .map(module -> module.descriptor())
                .filter(module -> module.name().startsWith("dev.nestmap."))
                .toList();
    }
}
