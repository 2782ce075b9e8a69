/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ConsoleWriter;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.doctor.DoctorCommand;
import dev.nestmap.cli.pins.DrainCommand;
import dev.nestmap.cli.pins.EndCommand;
import dev.nestmap.cli.pins.PinsCommand;
import dev.nestmap.cli.tree.TreeCommand;
import dev.nestmap.runtime.error.BpfException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code nestmap}. */
@Command(
        name = "nestmap",
        header = "Shows, checks and saves BPF maps, even those that Nestmap didn't create.",
        description = "",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is wrong",
            "1:the command found a difference or a problem",
            "2:the arguments are wrong",
            "3:the command couldn't do its work: the kernel refused, a file is missing, or the disk is full",
            "141:nobody reads the output any more"
        },
        footer = {"", "`nestmap COMMAND --help` shows the options of a command, with examples."})
@SuppressWarnings("UnusedVariable") // picocli sets the options for help
public final class Main implements Runnable, CommonOptions.Owner {
    private static final List<String> COMMANDS = List.of(
            "tree", "pins", "drain", "end", "check", "explain", "import", "compare", "new", "doctor", "completion");

    private final Console console;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Shows the version.")
    private boolean version;

    Main(Console console) {
        this.console = console;
    }

    /** Reads the version from the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"nestmap " + (version == null ? "(not from a jar)" : version)};
        }
    }

    /**
     * Runs the command and ends the process with its exit code.
     *
     * @param arguments the arguments of the command line
     */
    public static void main(String[] arguments) {
        int code = ExitCode.FAILED; // even if there is no memory for a message
        try {
            code = run(Console.ofProcess(), arguments);
        } finally {
            System.exit(code);
        }
    }

    /** Runs the command and returns its exit code. {@code help tree} means {@code tree --help}, and no words mean {@code --help}. */
    public static int run(Console console, String... words) {
        String[] arguments = words;
        if (words.length == 0 || words[0].equals("help")) {
            arguments = Stream.concat(Arrays.stream(words).skip(1), Stream.of("--help"))
                    .toArray(String[]::new);
        }
        for (String word : arguments) {
            if (!word.startsWith("-")) {
                if (!COMMANDS.contains(word)) {
                    arguments = new String[] {word}; // with --help, picocli would not say that there is no such command
                }
                break;
            }
        }
        try {
            int code = commandLine(console, arguments).execute(arguments);
            console.flush();
            return code;
        } catch (UncheckedIOException e) {
            return console.outputFailed(e);
        } catch (Error e) { // not 1, which says that the command has found something
            console.problem("the command ended with " + e
                    + (e instanceof OutOfMemoryError
                            ? ": run it with more memory (JAVA_TOOL_OPTIONS=-Xmx1g)"
                            : ", which is a mistake in Nestmap: please report it, with the command and its input"));
            return ExitCode.FAILED;
        }
    }

    /** The command with all its options. */
    static CommandLine commandLine(Console console) {
        return commandLine(console, new String[0]);
    }

    /**
     * The command with the subcommand that the arguments begin with, with none for its version, or with all. Reading the options of all takes 0.1 s, and
     * the help does not show them.
     */
    private static CommandLine commandLine(Console console, String[] arguments) {
        System.setProperty("picocli.converters.excludes", "java.sql.*"); // otherwise picocli loads these classes
        CommandLine line = new CommandLine(new Main(console));
        String first = arguments.length == 0 ? "" : arguments[0];
        boolean one = COMMANDS.contains(first) || (arguments.length == 1 && first.equals("--version"));
        boolean onlyHeaders = arguments.length == 1 && (first.equals("-h") || first.equals("--help"));
        for (String name : COMMANDS) {
            if (onlyHeaders) {
                Class<?> type = command(name).getClass();
                CommandSpec spec = CommandSpec.create();
                spec.usageMessage().header(type.getAnnotation(Command.class).header());
                line.addSubcommand(name, spec);
            } else if (!one || name.equals(first)) {
                line.addSubcommand(name, command(name));
            }
        }
        line.setOut(new ConsoleWriter(console::print).writer());
        line.setErr(new ConsoleWriter(console::complain).writer());
        line.setColorScheme(CommandLine.Help.defaultColorScheme(console.hasColours() ? Ansi.ON : Ansi.OFF));
        line.setExitCodeExceptionMapper(e -> ExitCode.FAILED);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof UncheckedIOException output) {
                return console.outputFailed(output);
            }
            if (e instanceof InvalidPathException || e instanceof BpfException || e instanceof CommandFailedException) {
                console.problem(String.valueOf(e.getMessage()));
            } else if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
                console.problem(
                        "the thread that runs the command was interrupted, and the command ends early: run it again");
            } else {
                throw e;
            }
            return ExitCode.FAILED;
        });
        line.setParameterExceptionHandler((e, rest) -> wrongArguments(console, e));
        line.setUsageHelpAutoWidth(true);
        line.setExpandAtFiles(false); // a name may begin with @
        return line;
    }

    /** A switch, because a table of constructors would load the classes of all commands. */
    private static Object command(String name) {
        return switch (name) {
            case "tree" -> new TreeCommand();
            case "pins" -> new PinsCommand();
            case "drain" -> new DrainCommand();
            case "end" -> new EndCommand();
            case "check" -> new CheckCommand();
            case "explain" -> new ExplainCommand();
            case "import" -> new ImportCommand();
            case "compare" -> new CompareCommand();
            case "new" -> new NewCommand();
            case "doctor" -> new DoctorCommand();
            case "completion" -> new CompletionCommand();
            default -> throw new AssertionError(name);
        };
    }

    /** The arguments can contain anything, also control characters. */
    private static int wrongArguments(Console console, ParameterException e) {
        CommandLine command = e.getCommandLine();
        // Picocli repeats a word in one message.
        console.problem(String.valueOf(e.getMessage()).replace("option option", "option"));
        if (!UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
            console.complain("`" + command.getCommandSpec().qualifiedName() + " --help` shows what is possible.\n");
        }
        return ExitCode.USAGE;
    }

    @Override
    public void run() {
        console.print(commandLine(console).getUsageMessage(console.hasColours() ? Ansi.ON : Ansi.OFF));
    }

    @Override
    public Console console() {
        return console;
    }
}
