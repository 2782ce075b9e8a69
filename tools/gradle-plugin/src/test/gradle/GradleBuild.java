/* SPDX-License-Identifier: Apache-2.0 */
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.gradle.api.internal.StartParameterInternal;
import org.gradle.api.logging.LogLevel;
import org.gradle.api.logging.configuration.ConsoleOutput;
import org.gradle.initialization.DefaultBuildCancellationToken;
import org.gradle.initialization.DefaultBuildRequestContext;
import org.gradle.initialization.DefaultBuildRequestMetaData;
import org.gradle.initialization.NoOpBuildEventConsumer;
import org.gradle.internal.buildoption.Option;
import org.gradle.internal.buildprocess.BuildProcessState;
import org.gradle.internal.classpath.ClassPath;
import org.gradle.internal.instrumentation.agent.AgentStatus;
import org.gradle.internal.logging.LoggingManagerInternal;
import org.gradle.internal.logging.services.DefaultLoggingManagerFactory;
import org.gradle.internal.logging.services.LoggingServiceRegistry;
import org.gradle.internal.nativeintegration.services.NativeServices;
import org.gradle.internal.service.ServiceRegistry;
import org.gradle.launcher.exec.BuildActionResult;
import org.gradle.launcher.exec.BuildExecutor;
import org.gradle.launcher.exec.DefaultBuildActionParameters;
import org.gradle.tooling.internal.provider.action.ExecuteBuildAction;

/**
 * Runs a whole build with the classes of Gradle's API jar, because Maven Central has no distribution of Gradle. They lack the launcher, for which
 * this stands, and the plugin for javac, so the build has to run javac as a process. {@code bin/test-builds gradle} starts it.
 */
public final class GradleBuild {
    /** Modules that are named somewhere, and whose classes, if they are needed, are in the API's jar. */
    private static final List<String> EMPTY = List.of("ant", "ant-launcher", "asm", "commons-lang", "guava", "javax.inject", "jul-to-slf4j", "kryo", "native-platform", "slf4j-api");

    private static final List<String> EMPTY_OF_GRADLE = List.of("gradle-gradle-cli", "gradle-java-compiler-plugin");

    private GradleBuild() {}

    /** The arguments are "home", a directory, the API's jar and the jars that it needs; or "build", the same directory, a project, and tasks. */
    public static void main(String[] arguments) throws IOException {
        List<String> rest = Arrays.asList(arguments).subList(3, arguments.length);
        if (arguments[0].equals("home")) {
            writeHome(Path.of(arguments[1], "lib"), Path.of(arguments[2]), rest.stream().map(Path::of).toList());
            return;
        }
        int code = 1;
        try {
            code = build(new File(arguments[1]), new File(arguments[2]), rest) ? 0 : 1;
        } catch (Throwable e) { // Gradle has taken System.err over
            e.printStackTrace(new PrintStream(new FileOutputStream(FileDescriptor.err), true));
        } finally {
            System.out.flush();
            System.exit(code);
        }
    }

    /** Gradle finds its classes by modules, each of which is a jar with a list of what it needs. */
    private static void writeHome(Path lib, Path api, List<Path> libraries) throws IOException {
        Files.createDirectories(lib.resolve("plugins")); // which shows Gradle that this is a distribution
        List<Path> jars = new ArrayList<>(libraries);
        jars.add(api);
        for (Path jar : jars) {
            Files.copy(jar, lib.resolve(jar.getFileName()));
        }
        String all = jars.stream().map(jar -> jar.getFileName().toString()).collect(Collectors.joining(","));
        try (JarFile from = new JarFile(api.toFile())) {
            for (Enumeration<? extends ZipEntry> entries = from.entries(); entries.hasMoreElements(); ) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().endsWith("-classpath.properties")) {
                    Properties module = new Properties();
                    module.load(from.getInputStream(entry));
                    String name = entry.getName().replace("-classpath.properties", "");
                    writeModule(lib, name, module.getProperty("projects", ""), name.equals("gradle-core") ? all : "");
                }
            }
        }
        for (String name : EMPTY_OF_GRADLE) {
            writeModule(lib, name, "", "");
        }
        for (String name : EMPTY) {
            writeJar(lib.resolve(name + "-1.0.jar"), "META-INF/empty", "");
        }
    }

    private static void writeModule(Path lib, String name, String projects, String runtime) throws IOException {
        writeJar(lib.resolve(name + "-8.10.jar"), name + "-classpath.properties", "projects=" + projects + "\nruntime=" + runtime + "\n");
    }

    private static void writeJar(Path jar, String entry, String text) throws IOException {
        try (OutputStream to = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(to)) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    private static boolean build(File home, File project, List<String> tasks) {
        File user = new File(home, "user");
        StartParameterInternal start = new StartParameterInternal();
        start.setGradleHomeDir(home);
        start.setGradleUserHomeDir(user);
        start.setProjectDir(project);
        start.setCurrentDir(project);
        start.setOffline(true); // all is in the local repository
        start.setTaskNames(tasks);
        start.setConfigurationCache(Option.Value.value(true));
        ServiceRegistry logging = LoggingServiceRegistry.newCommandLineProcessLogging();
        NativeServices.initializeOnDaemon(user, NativeServices.NativeServicesMode.ENABLED);
        LoggingManagerInternal output = logging.get(DefaultLoggingManagerFactory.class).create();
        output.setLevelInternal(LogLevel.LIFECYCLE);
        output.start();
        output.attachProcessConsole(ConsoleOutput.Plain);
        try (BuildProcessState process =
                new BuildProcessState(false, AgentStatus.disabled(), ClassPath.EMPTY, logging, NativeServices.getInstance())) {
            Map<String, String> properties = System.getProperties().stringPropertyNames().stream()
                    .collect(Collectors.toMap(name -> name, System::getProperty));
            BuildActionResult result = process.getServices()
                    .get(BuildExecutor.class)
                    .execute(
                            new ExecuteBuildAction(start),
                            new DefaultBuildActionParameters(properties, System.getenv(), project, LogLevel.LIFECYCLE, false, ClassPath.EMPTY),
                            new DefaultBuildRequestContext(
                                    new DefaultBuildRequestMetaData(System.currentTimeMillis(), false),
                                    new DefaultBuildCancellationToken(),
                                    new NoOpBuildEventConsumer()));
            return !result.hasFailure();
        } finally {
            output.stop();
        }
    }
}
