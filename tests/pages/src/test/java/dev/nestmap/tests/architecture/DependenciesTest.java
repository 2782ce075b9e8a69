/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.anyElementThat;
import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveRawParameterTypes;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveRawReturnType;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveRawType;
import static com.tngtech.archunit.lang.conditions.ArchConditions.never;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.codeUnits;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.nestmap.runtime.DeclaredMap;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests which modules and packages may depend on which, as the table in ARCHITECTURE.md states it. */
class DependenciesTest {
    static final JavaClasses NESTMAP = new ClassFileImporter()
            .withImportOption(location -> !location.contains("dev/nestmap/tests/"))
            .withImportOption(location -> !location.contains("dev/nestmap/examples/"))
            // Tests of other modules, which are in a folder until Maven has packaged them.
            .withImportOption(location -> !location.contains("/test-classes/") && !location.contains("-tests.jar"))
            .withImportOption(location -> !location.contains("dev/nestmap/processor/shaded/"))
            .importPackages("dev.nestmap");

    /** A module and its packages. */
    enum Module {
        ANNOTATIONS("dev.nestmap.[annotations|types]"),
        SCHEMA("dev.nestmap.schema"),
        BTF("dev.nestmap.btf"),
        LINT("dev.nestmap.lint"),
        BPF_C_TEMPLATES("dev.nestmap.header"),
        PROCESSOR("dev.nestmap.processor"),
        NATIVES("dev.nestmap.natives"),
        JNR("dev.nestmap.jnr"),
        FOREIGN("dev.nestmap.foreign"),
        RUNTIME("dev.nestmap.runtime"),
        MEMORY("dev.nestmap.memory"),
        UNTYPED("dev.nestmap.untyped"),
        KAFKA("dev.nestmap.kafka"),
        JDBC("dev.nestmap.jdbc"),
        MICROMETER("dev.nestmap.micrometer"),
        CLI("dev.nestmap.cli"),
        OBJECT_BUILDER("dev.nestmap.builder"),
        MAVEN_PLUGIN("dev.nestmap.maven");

        private final String root;

        Module(String root) {
            this.root = root;
        }

        /** The other modules that this module may use. */
        private Stream<Module> uses() {
            return switch (this) {
                case ANNOTATIONS, NATIVES -> Stream.of();
                case JNR, FOREIGN -> Stream.of(NATIVES);
                case SCHEMA -> Stream.of(ANNOTATIONS);
                case BTF, BPF_C_TEMPLATES -> Stream.of(SCHEMA);
                case LINT -> Stream.of(SCHEMA, BTF);
                case PROCESSOR -> Stream.of(ANNOTATIONS, SCHEMA, LINT, BPF_C_TEMPLATES);
                case RUNTIME -> Stream.of(ANNOTATIONS, SCHEMA, BTF, NATIVES);
                case MEMORY -> Stream.of(SCHEMA, RUNTIME);
                case UNTYPED -> Stream.of(ANNOTATIONS, SCHEMA, RUNTIME);
                case KAFKA -> Stream.of(ANNOTATIONS, SCHEMA, RUNTIME, UNTYPED);
                case JDBC -> Stream.of(ANNOTATIONS, RUNTIME, UNTYPED);
                case MICROMETER -> Stream.of(RUNTIME, KAFKA);
                case CLI -> Stream.of(ANNOTATIONS, SCHEMA, BTF, LINT, BPF_C_TEMPLATES, RUNTIME, UNTYPED);
                case OBJECT_BUILDER -> Stream.of(SCHEMA, BTF, LINT);
                case MAVEN_PLUGIN -> Stream.of(OBJECT_BUILDER);
            };
        }

        private String packages() {
            return root + "..";
        }

        private String[] reach() {
            return Stream.concat(Stream.of(this), uses()).map(Module::packages).toArray(String[]::new);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aModuleUsesOnlyTheModulesInItsTableRow(Module module) {
        classes()
                .that()
                .resideInAPackage(module.packages())
                .should(onlyDependOnClassesThat(
                        resideInAnyPackage(module.reach()).or(resideOutsideOfPackage("dev.nestmap.."))))
                .allowEmptyShould(true)
                .check(NESTMAP);
    }

    /** The processor's jar has the rules, and not what reads objects. */
    @Test
    void theRulesOfRecordsReadNoObjects() {
        noClasses()
                .that()
                .resideInAPackage("dev.nestmap.lint.rules..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.nestmap.btf..")
                .check(NESTMAP);
    }

    /** The command is an example of how to use the runtime. */
    @Test
    void theCommandUsesTheRuntimeAsAUserDoes() {
        noClasses()
                .that()
                .resideInAPackage(Module.CLI.packages())
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "dev.nestmap.runtime.internal..", "dev.nestmap.runtime.spi..", "dev.nestmap.runtime.codec..")
                .check(NESTMAP);
    }

    @Test
    void everyClassIsInAModule() {
        String[] known = Arrays.stream(Module.values()).map(Module::packages).toArray(String[]::new);

        classes().should().resideInAnyPackage(known).check(NESTMAP);
    }

    @Test
    void packagesHaveNoDependencyCycles() {
        slices().matching("dev.nestmap.(**)").should().beFreeOfCycles().check(NESTMAP);
    }

    /** The packages of the runtime from the lowest to the highest layer. A package may use only packages of lower layers. */
    private static final List<String> RUNTIME_LAYERS = List.of(
            "internal.cleanup",
            "internal.log",
            "observe",
            "error",
            "internal.observe",
            "internal.errno",
            "attach",
            "pin",
            "codec",
            "spi",
            "internal.memory",
            "internal.map",
            "internal.backend",
            "internal.kernel.natives",
            "internal.kernel.feature",
            "internal.kernel.map",
            "internal.kernel.pin",
            "internal.kernel.attach",
            "internal.kernel.object",
            "internal.open",
            "internal.pin",
            "internal.nest",
            "internal.existing",
            "internal.migrate",
            "internal.load");

    @Test
    void aRuntimePackageUsesOnlyThoseBelowIt() {
        for (int i = 0; i < RUNTIME_LAYERS.size(); i++) {
            noClasses()
                    .that()
                    .resideInAPackage(runtime(RUNTIME_LAYERS.get(i)))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(above(i))
                    .allowEmptyShould(true)
                    .check(NESTMAP);
        }
    }

    @Test
    void everyRuntimePackageHasALayer() {
        String[] known = Stream.concat(
                        Stream.of("dev.nestmap.runtime"),
                        RUNTIME_LAYERS.stream().map(DependenciesTest::runtime))
                .toArray(String[]::new);

        classes()
                .that()
                .resideInAPackage("dev.nestmap.runtime..")
                .should()
                .resideInAnyPackage(known)
                .check(NESTMAP);
    }

    /** Others work on both backends. What has no counterpart in memory, such as the programs of the kernel, needs no detour. */
    @Test
    void onlyTheLoadersAndToolsKnowTheKernel() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("dev.nestmap.runtime.Nestmap")
                .and()
                .resideOutsideOfPackages(runtime("internal.kernel.."), runtime("internal.load"), "dev.nestmap.untyped")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(runtime("internal.kernel.."))
                .check(NESTMAP);
    }

    private static String[] above(int layer) {
        return Stream.concat(
                        Stream.of("dev.nestmap.runtime"),
                        RUNTIME_LAYERS.subList(layer + 1, RUNTIME_LAYERS.size()).stream()
                                .map(DependenciesTest::runtime))
                .toArray(String[]::new);
    }

    private static String runtime(String name) {
        return "dev.nestmap.runtime." + name;
    }

    /** The entry classes only pass elements on, as origins of files and as locations of messages. */
    @Test
    void onlyTheReaderUsesTheCompilerModel() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.nestmap.processor.reader..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("javax.lang.model.type..", "..com.google.auto.common..")
                .check(NESTMAP);
        noClasses()
                .that()
                .resideOutsideOfPackages("dev.nestmap.processor.reader..", "dev.nestmap.processor")
                .should()
                .dependOnClassesThat(in("javax.lang.model..", "javax.annotation.processing")
                        .and(not(called("Modifier", "Generated", "SourceVersion"))))
                .check(NESTMAP);
    }

    /** Bindings consist of names and expressions, and the reader chooses the names. Only accessors are written as whole classes. */
    @Test
    void onlyGeneratorsWriteJava() {
        DescribedPredicate<JavaClass> more = in("..com.palantir.javapoet..")
                .and(not(called("TypeName", "ClassName", "ArrayTypeName", "ParameterizedTypeName")));
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.nestmap.processor.accessors", "dev.nestmap.processor.model", "dev.nestmap.cli.records")
                .should()
                .dependOnClassesThat(more)
                .check(NESTMAP);
        noClasses()
                .that()
                .resideInAPackage("dev.nestmap.processor.model")
                .should()
                .dependOnClassesThat(more.and(not(called("CodeBlock", "Builder"))))
                .check(NESTMAP);
    }

    @Test
    void onlyTheKernelBackendCallsNativeCode() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.nestmap.runtime.internal.kernel..", "dev.nestmap.jnr..", "dev.nestmap.foreign..")
                .should()
                .dependOnClassesThat(
                        in("dev.nestmap.natives..").and(called("NativeFunction", "NativeLibrary", "NativeCallback")))
                .check(NESTMAP.that(describe(
                        "are outside of the package",
                        type -> !type.getPackageName().equals("dev.nestmap.natives"))));
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.nestmap.jnr..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("jnr..", "com.kenai.jffi..")
                .check(NESTMAP);
    }

    /** Packages whose classes users name. */
    private static final String[] USER_PACKAGES = {
        "dev.nestmap.runtime",
        "dev.nestmap.runtime.attach",
        "dev.nestmap.runtime.error",
        "dev.nestmap.runtime.observe",
        "dev.nestmap.runtime.pin"
    };

    @Test
    void thePublicApiExposesNoInternalType() {
        checkSignatures(
                in("dev.nestmap.runtime.internal..", "dev.nestmap.schema..", "dev.nestmap.btf.."),
                JavaModifier.PUBLIC,
                JavaModifier.PROTECTED);
    }

    /**
     * Members that only generated code calls are protected, or in the packages spi and codec. Generated constants are made by public
     * constructors of the declarations.
     */
    @Test
    void publicMembersAreForUsers() {
        checkSignatures(in("dev.nestmap.runtime.spi", "dev.nestmap.runtime.codec"), JavaModifier.PUBLIC);
    }

    /** An absent value is null, as {@code @Nullable} declares. */
    @Test
    void theApiHasNoOptionals() {
        DescribedPredicate<JavaClass> optional = called("Optional", "OptionalInt", "OptionalLong", "OptionalDouble");

        checkSignatures(optional, JavaModifier.PUBLIC, JavaModifier.PROTECTED);
    }

    private static void checkSignatures(DescribedPredicate<JavaClass> hidden, JavaModifier... exposing) {
        codeUnits()
                .that(areExposed(exposing))
                .should(never(haveRawReturnType(hidden)))
                .andShould(never(haveRawParameterTypes(anyElementThat(hidden))))
                .check(NESTMAP);
        fields().that(areExposed(exposing)).should(never(haveRawType(hidden))).check(NESTMAP);
    }

    private static DescribedPredicate<JavaMember> areExposed(JavaModifier... exposing) {
        DescribedPredicate<JavaClass> users = resideInAnyPackage(USER_PACKAGES);
        return describe(
                "are " + Arrays.toString(exposing) + " in packages for users",
                member -> users.test(member.getOwner())
                        && !(member instanceof JavaConstructor
                                && member.getOwner().isAssignableTo(DeclaredMap.class))
                        && member.getOwner().getModifiers().contains(JavaModifier.PUBLIC)
                        && Arrays.stream(exposing).anyMatch(member.getModifiers()::contains));
    }

    /** Matches a class in one of these packages, or an array of such a class. */
    private static DescribedPredicate<JavaClass> in(String... packages) {
        DescribedPredicate<JavaClass> inside = resideInAnyPackage(packages);
        return describe(inside.getDescription(), type -> inside.test(type.getBaseComponentType()));
    }

    /** Matches a class with one of these simple names, or an array of such a class. */
    private static DescribedPredicate<JavaClass> called(String... names) {
        return describe(
                "are called " + List.of(names),
                type -> List.of(names).contains(type.getBaseComponentType().getSimpleName()));
    }
}
