/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.maven;

import static dev.nestmap.maven.EffectiveModel.compiler;
import static dev.nestmap.maven.EffectiveModel.dependency;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A build without Nestmap's processor is named. */
class ProcessorCheckTest {
    private static final String PATHS = paths("nestmap-processor");
    private static final String OTHER_PATHS = paths("nestmap-annotations");

    static List<String> goodConfigurations() {
        return List.of(
                PATHS,
                PATHS.replace("path>", "annotationProcessorPath>"),
                "<compilerArgs><arg>-processorpath</arg><arg>lib/nestmap-processor.jar</arg></compilerArgs>");
    }

    @ParameterizedTest
    @MethodSource("goodConfigurations")
    void acceptsPathsWithTheProcessor(String configuration) {
        assertThat(problem(compiler(configuration), "")).isEmpty();
    }

    @Test
    void namesPathsWithoutTheProcessor() {
        assertThat(problem(compiler("default-compile", configuration(OTHER_PATHS), OTHER_PATHS), ""))
                .startsWith("annotationProcessorPaths of maven-compiler-plugin names dev.nestmap:nestmap-annotations,"
                        + " but not dev.nestmap:nestmap-processor. Add to its configuration:")
                .endsWith("""
                                :

                                    <annotationProcessorPaths>
                                      <path>
                                        <groupId>dev.nestmap</groupId>
                                        <artifactId>nestmap-processor</artifactId>
                                        <version>1.2.3</version>
                                      </path>
                                    </annotationProcessorPaths>
                                """);
        assertThat(problem(compiler(OTHER_PATHS), dependency("nestmap-processor", "<type>processor</type>")))
                .isEmpty();
    }

    /** As start.spring.io writes it for Lombok. The processor in the configuration of the plugin is in vain. */
    @Test
    void namesPathsOfAnExecutionThatReplaceThoseOfThePlugin() {
        String plugin = compiler("default-compile", configuration(PATHS), OTHER_PATHS)
                .replace(
                        "</executions>",
                        "<execution><id>default-testCompile</id><goals><goal>testCompile</goal></goals><configuration>"
                                + PATHS + "</configuration></execution></executions>");

        assertThat(problem(plugin, ""))
                .startsWith("annotationProcessorPaths of maven-compiler-plugin (execution default-compile) names"
                        + " dev.nestmap:nestmap-annotations, but not dev.nestmap:nestmap-processor. A list in an"
                        + " execution replaces the one in the configuration of the plugin, so add to that of the"
                        + " execution:");
    }

    @Test
    void namesMissingPaths() {
        assertThat(problem(compiler(""), ""))
                .startsWith(
                        "maven-compiler-plugin has no annotationProcessorPaths, and since JDK 23, javac runs no processors of the class path. Add");
    }

    @Test
    void namesProcessingThatIsOff() {
        String off = "maven-compiler-plugin runs no annotation processors. Remove <proc>none</proc>";

        assertThat(problem(compiler(PATHS + "<proc>none</proc>"), "")).startsWith(off);
        ProcessorCheck property =
                new ProcessorCheck(EffectiveModel.plugins(compiler(PATHS)), List.of(), "none", "1.2.3");
        assertThat(property.problem("compile"))
                .hasValueSatisfying(problem -> assertThat(problem).startsWith(off));
    }

    @Test
    void namesAListOfOtherProcessors() {
        String others = "<annotationProcessors><processor>com.acme.Other</processor></annotationProcessors>";
        String arguments = "<compilerArgs><arg>-processor</arg><arg>com.acme.Other</arg></compilerArgs>";

        assertThat(problem(
                        compiler(PATHS + others.replace("com.acme.Other", "dev.nestmap.processor.NestmapProcessor")),
                        ""))
                .isEmpty();
        for (String list : List.of(others, arguments)) {
            assertThat(problem(compiler(PATHS + list), ""))
                    .startsWith("maven-compiler-plugin names the annotation processors to run, but not"
                            + " dev.nestmap.processor.NestmapProcessor.");
        }
    }

    /** A second execution, for example for module-info.java, need not run processors. */
    @Test
    void oneExecutionIsEnough() {
        assertThat(problem(compiler(PATHS) + compiler("module-info", "", OTHER_PATHS), ""))
                .isEmpty();
        assertThat(problem(compiler("module-info", "", OTHER_PATHS), ""))
                .startsWith("annotationProcessorPaths of maven-compiler-plugin (execution module-info) names");
    }

    @Test
    void aModuleWithoutCompilerHasNoProblem() {
        assertThat(problem("", "")).isEmpty();
    }

    /** kapt runs the processor for Java and Kotlin sources, and javac must not run it again. */
    @Test
    void kaptRunsTheProcessor() {
        assertThat(problem(compiler(OTHER_PATHS) + kapt("nestmap-processor"), ""))
                .isEmpty();
        assertThat(problem(compiler(OTHER_PATHS) + kapt("another-processor"), ""))
                .isNotEmpty();
    }

    private static String kapt(String artifact) {
        return "<plugin><groupId>org.jetbrains.kotlin</groupId><artifactId>kotlin-maven-plugin</artifactId><executions>"
                + "<execution><id>kapt</id><goals><goal>kapt</goal></goals><configuration>" + paths(artifact)
                + "</configuration></execution></executions></plugin>";
    }

    private static String configuration(String content) {
        return "<configuration>" + content + "</configuration>";
    }

    private static String paths(String artifact) {
        return "<annotationProcessorPaths><path><groupId>dev.nestmap</groupId><artifactId>" + artifact
                + "</artifactId></path></annotationProcessorPaths>";
    }

    /** The problem, or an empty text. */
    private static String problem(String plugins, String dependencies) {
        return new ProcessorCheck(
                        EffectiveModel.plugins(plugins), EffectiveModel.dependencies(dependencies), null, "1.2.3")
                .problem("compile")
                .orElse("");
    }
}
