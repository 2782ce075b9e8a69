/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.gradle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.nestmap.builder.Module;
import dev.nestmap.builder.Toolchain;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.gradle.api.GradleException;
import org.gradle.api.Project;
import org.gradle.api.Task;
import org.gradle.api.artifacts.Dependency;
import org.gradle.api.internal.TaskInternal;
import org.gradle.api.plugins.JavaApplication;
import org.gradle.api.plugins.JavaPluginExtension;
import org.gradle.api.tasks.SourceSet;
import org.gradle.testfixtures.ProjectBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/** Applies the plugin to a project, and runs the actions of its tasks as Gradle does. */
@Tag("long")
class NestmapPluginTest {
    @TempDir
    Path home;

    @TempDir
    Path directory;

    private Project project;
    private CompileBpf task;
    private Module module;

    @BeforeEach
    void apply() {
        project = ProjectBuilder.builder()
                .withProjectDir(directory.toFile())
                .withGradleUserHomeDir(home.toFile())
                .build();
        project.getPluginManager().apply("dev.nestmap");
        task = task("compileBpf");
        module = Module.tenantFlows(directory);
        task.getClasses().set(module.layout().output().toFile());
        task.getClassPath().setFrom();
    }

    @Test
    void addsWhatAServiceNeeds() {
        assertThat(dependencies("implementation")).containsExactly("nestmap-runtime");
        assertThat(dependencies("testImplementation")).containsExactly("nestmap-memory");
        assertThat(dependencies("annotationProcessor")).containsExactly("nestmap-processor");
        assertThat(dependencies("testAnnotationProcessor")).containsExactly("nestmap-processor");
        assertThat(NestmapPlugin.version()).matches("\\d+\\.\\d+\\.\\d+.*");
    }

    /** Otherwise, Gradle fails before it runs the task, which no call of its actions shows. */
    @Test
    void gradleKnowsWhatEachPropertyOfATaskIs() {
        assertThat(Stream.of(CompileBpf.class, CompareBpf.class)
                        .flatMap(type -> Stream.of(type.getDeclaredMethods()))
                        .filter(method -> method.getParameterCount() == 0 && !method.isSynthetic())
                        .filter(method -> method.getName().matches("(get|is)[A-Z].*")))
                .isNotEmpty()
                .allSatisfy(property -> assertThat(property.getAnnotations())
                        .as(property.getName())
                        .anyMatch(annotation ->
                                annotation.annotationType().getPackageName().equals("org.gradle.api.tasks")));
    }

    @Test
    void theCheckComparesTheSchemaTextsThatAreCheckedIn() throws Exception {
        CompareBpf compare = (CompareBpf) project.getTasks().getByName("compareBpf");
        compare.getClasses().set(module.layout().output().toFile());

        assertThat(names(project.getTasks().getByName("check"))).contains("compareBpf");
        compare.compare();
        compare.getUpdate().set(true);
        compare.compare();
        compare.getUpdate().set(false);
        compare.compare();
        module.edit(module.schema(), "max_entries: 64", "max_entries: 128");
        assertThatExceptionOfType(GradleException.class)
                .isThrownBy(compare::compare)
                .withMessageContaining("1 map has changed");
    }

    /** The jar, the class path of tests and a run of the service contain the objects, and Gradle makes them first. */
    @Test
    void theObjectsAreResourcesOfTheirSourceSet() {
        SourceSet main = sourceSet("main");
        File objects = directory.resolve("build/bpf/main").toFile();

        assertThat(main.getOutput().getDirs()).containsExactly(objects);
        assertThat(main.getOutput().getFiles()).contains(objects);
        assertThat(names(project.getTasks().getByName("jar"))).contains("compileBpf");
        assertThat(names(project.getTasks().getByName("test"))).contains("compileTestBpf", "compileBpf");
        assertThat(sourceSet("test").getOutput().getDirs())
                .containsExactly(directory.resolve("build/bpf/test").toFile());
    }

    @Test
    void compilesTheProgramsOfASourceSet() throws IOException {
        Toolchain.newestExecutable();
        Path object = directory.resolve("build/bpf/main/META-INF/bpf/com/acme/tenant_flows.bpf.o");

        run(task);
        assertThat(object).isNotEmptyFile();
        assertThat(module.object()).doesNotExist();

        byte[] first = Files.readAllBytes(object);
        module.write(module.source(), "#error wrong\n");
        assertThatExceptionOfType(GradleException.class)
                .isThrownBy(() -> run(task))
                .withMessageContaining("No object was replaced");
        assertThat(object).hasBinaryContent(first);
    }

    /** Also the last one, so that a jar has no object without a source. */
    @Test
    void deletesTheObjectOfADeletedProgram() throws IOException {
        Toolchain.newestExecutable();
        Path object = directory.resolve("build/bpf/main/META-INF/bpf/com/acme/tenant_flows.bpf.o");
        assertThat(runs(task("compileTestBpf"))).as("there never was a program").isFalse();
        run(task);
        Files.delete(module.source());

        assertThat(runs(task)).isTrue();
        run(task);

        assertThat(object).doesNotExist();
    }

    private static boolean runs(CompileBpf task) {
        boolean skipsWithoutSources = task.getInputs().getHasSourceFiles();
        return ((TaskInternal) task).getOnlyIf().isSatisfiedBy((TaskInternal) task)
                && !(skipsWithoutSources && task.getSourceFiles().isEmpty());
    }

    /** The headers of main are inputs of the programs of tests. */
    @Test
    void testsIncludeHeadersOfTheMainSources() {
        Toolchain.newestExecutable();
        CompileBpf tests = task("compileTestBpf");
        tests.getClasses().set(directory.resolve("target/test-classes").toFile());
        tests.getClassPath().setFrom(module.layout().output().toFile());
        tests.getTestedClasses().setFrom(module.layout().output().toFile());
        module.write(module.layout().sources().resolve("common.h"), "#define ACTION XDP_PASS\n");
        module.write(directory.resolve("src/test/bpf/probe.bpf.c"), """
                #include "tenant_flows.bpf.h"
                #include "common.h"
                SEC("xdp") int probe(struct xdp_md *context) { return tenant_lookup(1) ? ACTION : XDP_DROP; }
                """);

        run(tests);

        assertThat(directory.resolve("build/bpf/test/META-INF/bpf/probe.bpf.o")).isNotEmptyFile();
        assertThat(tests.getInputs().getFiles().getFiles())
                .contains(module.layout().sources().toFile());
    }

    /** Users of a library include such headers, too. */
    @Test
    void programsIncludeHeadersThatAreResources() throws IOException {
        Toolchain.newestExecutable();
        module.write(
                directory.resolve("src/main/resources/META-INF/bpf/include/acme/action.h"),
                "#define ACTION XDP_PASS\n");
        module.write(module.layout().source("pass"), """
                #include "tenant_flows.bpf.h"
                #include "acme/action.h"
                SEC("xdp") int pass(struct xdp_md *context) { return ACTION; }
                """);

        run(task);

        assertThat(directory.resolve("build/bpf/main/META-INF/bpf/pass.bpf.o")).isNotEmptyFile();
    }

    @Test
    void namesAMissingClang() {
        task.getClang().set("/no/such/clang");
        assertThatExceptionOfType(GradleException.class)
                .isThrownBy(() -> run(task))
                .withMessageContaining("there is no /no/such/clang");

        task.getSkipWithoutClang().set(true);
        run(task);
        assertThat(module.object()).doesNotExist();
    }

    /** The build file of maven.md, without the lines that only a whole build of Gradle can read. */
    @Test
    @EnabledForJreRange(max = JRE.JAVA_23) // Groovy in Gradle 8.10 can't read the classes of newer JDKs
    void theBuildFileOfThePageConfiguresAProject() throws IOException {
        String page = Files.readString(Path.of("../../docs/build/maven.md"));
        Matcher block =
                Pattern.compile("(?s)```groovy\nplugins \\{\n(.*?)}\n(.*?)```").matcher(page);
        assertThat(block.find()).isTrue();
        assertThat(block.group(1)).contains("id 'application'", "id 'dev.nestmap' version '" + NestmapPlugin.version());
        project.getPluginManager().apply("application");

        project.apply(Map.of("from", Files.writeString(directory.resolve("build.gradle"), block.group(2))));

        assertThat(project.getExtensions()
                        .getByType(JavaApplication.class)
                        .getMainClass()
                        .get())
                .isEqualTo("com.acme.Main");
        assertThat(project.getRepositories()).hasSize(2);
    }

    /** A task with a field of such a type can't be stored in the configuration cache. */
    @Test
    void keepsNothingThatTheConfigurationCacheCantStore() {
        assertThat(List.of(CompileBpf.class.getDeclaredFields()))
                .extracting(field -> (Object) field.getType())
                .containsExactly(Path.class);
    }

    private static void run(Task task) {
        task.getActions().forEach(action -> action.execute(task));
    }

    private CompileBpf task(String name) {
        return (CompileBpf) project.getTasks().getByName(name);
    }

    private SourceSet sourceSet(String name) {
        return project.getExtensions()
                .getByType(JavaPluginExtension.class)
                .getSourceSets()
                .getByName(name);
    }

    private List<String> dependencies(String configuration) {
        return project.getConfigurations().getByName(configuration).getDependencies().stream()
                .map(Dependency::getName)
                .toList();
    }

    private static List<String> names(Task task) {
        return task.getTaskDependencies().getDependencies(task).stream()
                .map(Task::getName)
                .toList();
    }
}
