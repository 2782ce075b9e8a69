/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.gradle;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.gradle.api.Plugin;
import org.gradle.api.Project;
import org.gradle.api.file.Directory;
import org.gradle.api.plugins.JavaPlugin;
import org.gradle.api.plugins.JavaPluginExtension;
import org.gradle.api.provider.Provider;
import org.gradle.api.tasks.SourceSet;
import org.gradle.api.tasks.TaskProvider;
import org.gradle.api.tasks.compile.JavaCompile;

/**
 * The plugin {@code dev.nestmap}. It applies the plugin {@code java} and adds to each source set Nestmap's annotation processor and a task
 * that compiles its BPF programs: {@code compileBpf} for {@code src/main/bpf/*.bpf.c}, {@code compileTestBpf} for {@code src/test/bpf}. The
 * objects become resources of the source set. {@code compareBpf}, which {@code check} runs, compares the schema texts with copies in {@code src/main/bpf}. The
 * plugin also adds the runtime, and for tests the maps in memory.
 */
public final class NestmapPlugin implements Plugin<Project> {
    /** Gradle calls this constructor. */
    public NestmapPlugin() {}

    @Override
    public void apply(Project project) {
        project.getPluginManager().apply(JavaPlugin.class);
        add(project, JavaPlugin.IMPLEMENTATION_CONFIGURATION_NAME, "nestmap-runtime");
        add(project, JavaPlugin.TEST_IMPLEMENTATION_CONFIGURATION_NAME, "nestmap-memory");
        project.getExtensions()
                .getByType(JavaPluginExtension.class)
                .getSourceSets()
                .configureEach(set -> addPrograms(project, set));
        addComparison(project);
    }

    private static void addComparison(Project project) {
        TaskProvider<CompareBpf> task = project.getTasks().register("compareBpf", CompareBpf.class, compare -> {
            compare.setGroup("verification");
            compare.setDescription("Compares the schema texts with the copies in src/main/bpf.");
            compare.getSources().set(project.getLayout().getProjectDirectory().dir("src/main/bpf"));
            compare.getClasses()
                    .set(project.getTasks()
                            .named(JavaPlugin.COMPILE_JAVA_TASK_NAME, JavaCompile.class)
                            .flatMap(JavaCompile::getDestinationDirectory));
            compare.getUpdate()
                    .set(project.getProviders()
                            .gradleProperty("nestmap.update")
                            .map(value -> !value.equals("false"))
                            .orElse(false));
        });
        project.getTasks().named("check").configure(check -> check.dependsOn(task));
    }

    private static void addPrograms(Project project, SourceSet set) {
        add(project, set.getAnnotationProcessorConfigurationName(), "nestmap-processor");
        Directory directory = project.getLayout().getProjectDirectory();
        Provider<Directory> objects = project.getLayout().getBuildDirectory().dir("bpf/" + set.getName());
        TaskProvider<CompileBpf> task = project.getTasks()
                .register(set.getCompileTaskName("bpf"), CompileBpf.class, compile -> {
                    compile.setGroup("build");
                    compile.setDescription("Compiles the BPF programs in " + sources(set) + ".");
                    compile.onlyIf(
                            "there are BPF programs, or were at the last build", each -> ((CompileBpf) each).hasWork());
                    compile.getSources().set(directory.dir(sources(set)));
                    compile.getClasses()
                            .set(project.getTasks()
                                    .named(set.getCompileJavaTaskName(), JavaCompile.class)
                                    .flatMap(JavaCompile::getDestinationDirectory));
                    compile.getClassPath().from(set.getCompileClasspath());
                    compile.getIncludes().from(project.provider(() -> headers(set)));
                    if (!set.getName().equals(SourceSet.MAIN_SOURCE_SET_NAME)) {
                        compile.getIncludes().from(directory.dir("src/main/bpf"));
                        compile.getTestedClasses()
                                .from(project.getTasks()
                                        .named("compileJava", JavaCompile.class)
                                        .flatMap(JavaCompile::getDestinationDirectory));
                    }
                    compile.getArguments().convention(List.of("-Werror")); // a wrong inner map is a warning otherwise
                    compile.getSkipWithoutClang().convention(false);
                    compile.getObjects().convention(objects);
                    compile.getWork()
                            .convention(project.getLayout().getBuildDirectory().dir("nestmap/" + set.getName()));
                });
        set.getOutput().dir(Map.of("builtBy", task), task.flatMap(CompileBpf::getObjects));
    }

    /** The directories of headers among the resources, which Maven copies to the class directory. */
    private static List<File> headers(SourceSet set) {
        return set.getResources().getSrcDirs().stream()
                .map(resources -> new File(resources, "META-INF/bpf/include"))
                .collect(Collectors.toCollection(
                        ArrayList::new)); // the configuration cache can't read an immutable list
    }

    private static String sources(SourceSet set) {
        return "src/" + set.getName() + "/bpf";
    }

    private static void add(Project project, String configuration, String artifact) {
        project.getDependencies().add(configuration, "dev.nestmap:" + artifact + ":" + version());
    }

    /** The version of the plugin, which all modules of a release have. */
    static String version() {
        try (InputStream version = Objects.requireNonNull(NestmapPlugin.class.getResourceAsStream("version"))) {
            return new String(version.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
