/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static dev.nestmap.maven.EffectiveModel.compiler;
import static dev.nestmap.maven.EffectiveModel.dependency;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("jdk-independent")
class ProcessorSetupTest {
    private static final String PATHS =
            "<annotationProcessorPaths>" + path("nestmap-processor") + "</annotationProcessorPaths>";
    private static final String ON_CLASS_PATH = dependency("nestmap-processor", "");

    static List<String> goodConfigurations() {
        return List.of(
                PATHS,
                PATHS + "<proc>full</proc>",
                PATHS.replace("path>", "annotationProcessorPath>"),
                PATHS + "<annotationProcessors><processor>dev.nestmap.processor.NestmapProcessor</processor>"
                        + "</annotationProcessors>",
                "<compilerArgs><arg>-processorpath</arg><arg>lib/nestmap-processor.jar</arg></compilerArgs>");
    }

    @ParameterizedTest
    @MethodSource("goodConfigurations")
    void acceptsConfigurationsThatRunTheProcessor(String configuration) {
        assertThat(problem(compiler(configuration), "", null, 25)).isEmpty();
    }

    @Test
    void namesMissingPaths() {
        assertThat(problem(compiler(""), "", null, 17))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith(
                                "maven-compiler-plugin has no annotationProcessorPaths with nestmap-processor. Add to"
                                        + " the plugins:")
                        .endsWith("""
                                :

                                    <plugin>
                                      <artifactId>maven-compiler-plugin</artifactId>
                                      <configuration>
                                        <annotationProcessorPaths>
                                          <path>
                                            <groupId>dev.nestmap</groupId>
                                            <artifactId>nestmap-processor</artifactId>
                                            <version>1.2.3</version>
                                          </path>
                                        </annotationProcessorPaths>
                                      </configuration>
                                    </plugin>
                                """));
    }

    @Test
    void namesTheWrongArtifact() {
        String paths = "<annotationProcessorPaths>" + path("nestmap-annotations") + "</annotationProcessorPaths>";

        assertThat(problem(compiler(paths), "", null, 17))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith(
                                "annotationProcessorPaths of maven-compiler-plugin names dev.nestmap:nestmap-annotations,"
                                        + " but not dev.nestmap:nestmap-processor. Add it:")
                        .contains("  <path>\n    <groupId>dev.nestmap</groupId>\n")
                        .doesNotContain("<plugin>"));
    }

    /** JDK 23 and later only run processors of the class path if an option names annotation processing. */
    @Test
    void namesAClassPathThatTheJdkDoesNotSearch() {
        assertThat(problem(compiler(""), ON_CLASS_PATH, null, 22)).isEmpty();
        assertThat(problem(compiler("<proc>full</proc>"), ON_CLASS_PATH, null, 25))
                .isEmpty();
        assertThat(problem(compiler(""), ON_CLASS_PATH, "full", 25)).isEmpty();
        assertThat(problem(compiler("<executable>/opt/jdk17/bin/javac</executable>"), ON_CLASS_PATH, null, 25))
                .isEmpty();
        assertThat(problem(compiler(""), dependency("nestmap-processor", "<type>processor</type>"), null, 25))
                .isEmpty();
        assertThat(problem(compiler(""), ON_CLASS_PATH, null, 23))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith(
                                "nestmap-processor is a dependency of the module, but JDK 23 does not run processors that"
                                        + " are only on the class path. Move it to annotationProcessorPaths:"));
    }

    @Test
    void namesADependencyOfTheWrongKind() {
        String ofCompiler = compiler("default-compile", "<dependencies>" + ON_CLASS_PATH + "</dependencies>", "");

        assertThat(problem(ofCompiler, "", null, 17))
                .hasValueSatisfying(
                        problem -> assertThat(problem)
                                .startsWith(
                                        "nestmap-processor is a dependency of maven-compiler-plugin, where javac does not search"));
        assertThat(problem(compiler(""), dependency("nestmap-processor", "<scope>test</scope>"), null, 17))
                .hasValueSatisfying(problem -> assertThat(problem).startsWith("maven-compiler-plugin has no"));
    }

    @Test
    void namesWhatTurnsProcessingOff() {
        assertThat(problem(compiler(PATHS + "<proc>none</proc>"), "", null, 17))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith(
                                "maven-compiler-plugin has <proc>none</proc>, which turns off annotation processing."));
        assertThat(problem(compiler(PATHS), "", "none", 17))
                .hasValueSatisfying(
                        problem -> assertThat(problem).startsWith("The property maven.compiler.proc is none"));
        assertThat(problem(compiler(PATHS + "<compilerArgument>-Xlint -proc:none</compilerArgument>"), "", null, 17))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith("maven-compiler-plugin passes the argument -proc:none to javac"));
    }

    @Test
    void namesTheOnlyOtherProcessors() {
        String others = "<annotationProcessors><processor>com.acme.Other</processor></annotationProcessors>";
        String arguments = "<compilerArgs><arg>-processor</arg><arg>com.acme.Other</arg></compilerArgs>";

        assertThat(problem(compiler(PATHS + others), "", null, 17))
                .hasValueSatisfying(
                        problem -> assertThat(problem)
                                .startsWith(
                                        "annotationProcessors of maven-compiler-plugin lists only com.acme.Other. Add Nestmap's"));
        assertThat(problem(compiler(PATHS + arguments), "", null, 17))
                .hasValueSatisfying(
                        problem -> assertThat(problem)
                                .contains(
                                        "-processor com.acme.Other to javac. Append \",dev.nestmap.processor.NestmapProcessor\""));
    }

    /** A second execution, for example for module-info.java, need not run processors. */
    @Test
    void oneExecutionIsEnough() {
        String both = compiler(PATHS) + compiler("module-info", "", "<proc>none</proc>");

        assertThat(problem(both, "", null, 17)).isEmpty();
        assertThat(problem(compiler("module-info", "", "<proc>none</proc>"), "", null, 17))
                .hasValueSatisfying(problem -> assertThat(problem)
                        .startsWith("maven-compiler-plugin (execution module-info) has <proc>none</proc>"));
    }

    @Test
    void aModuleWithoutCompilerHasNoProblem() {
        assertThat(problem("", "", null, 17)).isEmpty();
    }

    /** kapt runs the processor for Java and Kotlin sources, and javac must not run it again. */
    @Test
    void kaptRunsTheProcessor() {
        String javac = compiler("<proc>none</proc>");

        assertThat(problem(javac + kapt("nestmap-processor"), "", null, 17)).isEmpty();
        assertThat(problem(javac + kapt("another-processor"), "", null, 17))
                .hasValueSatisfying(
                        problem -> assertThat(problem).startsWith("maven-compiler-plugin has <proc>none</proc>"));
    }

    private static String kapt(String artifact) {
        return "<plugin><groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-maven-plugin</artifactId><executions>"
                + "<execution><id>kapt</id><goals><goal>kapt</goal></goals><configuration><annotationProcessorPaths>"
                + "<annotationProcessorPath><groupId>dev.nestmap</groupId><artifactId>" + artifact + "</artifactId>"
                + "</annotationProcessorPath></annotationProcessorPaths></configuration></execution></executions></plugin>";
    }

    private static String path(String artifact) {
        return "<path><groupId>dev.nestmap</groupId><artifactId>" + artifact + "</artifactId></path>";
    }

    private static Optional<String> problem(
            String plugins, String dependencies, @Nullable String procProperty, int javaVersion) {
        return new ProcessorSetup(
                        EffectiveModel.plugins(plugins),
                        EffectiveModel.dependencies(dependencies),
                        procProperty,
                        javaVersion,
                        "1.2.3")
                .problem("compile");
    }
}
