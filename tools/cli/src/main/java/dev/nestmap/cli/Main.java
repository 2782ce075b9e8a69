/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ConsoleWriter;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.doctor.DoctorCommand;
import dev.nestmap.cli.layout.LayoutCommand;
import dev.nestmap.cli.pins.DrainCommand;
import dev.nestmap.cli.pins.EndCommand;
import dev.nestmap.cli.pins.PinsCommand;
import dev.nestmap.cli.top.TopCommand;
import dev.nestmap.cli.tree.TreeCommand;
import dev.nestmap.runtime.error.BpfException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command {@code nestmap}. */
@Command(
        name = "nestmap",
        header = "Shows and checks BPF maps, including maps that Nestmap did not create.",
        description = "",
        synopsisSubcommandLabel = "COMMAND",
        versionProvider = Main.Version.class,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing is wrong",
            "1:the command found a difference or a problem",
            "2:the arguments are wrong",
            "3:the command could not do its work: the kernel refused, a file is missing, or the disk is full",
            "141:nobody reads the output any more"
        },
        footer = {"", "`nestmap COMMAND --help` shows the options of a command, with examples."})
@SuppressWarnings("UnusedVariable") // picocli sets the options for help
public final class Main implements Runnable, CommonOptions.Owner {
    private static final List<String> COMMANDS = List.of(
            "tree",
            "top",
            "pins",
            "drain",
            "end",
            "layout",
            "check",
            "explain",
            "import",
            "compare",
            "new",
            "doctor",
            "completion");

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
        System.exit(run(Console.ofProcess(), arguments));
    }

    /** Runs the command and returns its exit code. */
    public static int run(Console console, String... arguments) {
        try {
            String[] line = withHelpLast(arguments);
            int code = commandLine(console, line).execute(line);
            console.flush();
            return code;
        } catch (UncheckedIOException e) {
            return console.outputFailed(e);
        }
    }

    /** Turns {@code help tree} into {@code tree --help}. */
    private static String[] withHelpLast(String[] arguments) {
        if (arguments.length == 0 || !arguments[0].equals("help")) {
            return arguments;
        }
        String[] line = Arrays.copyOfRange(arguments, 1, arguments.length + 1);
        line[arguments.length - 1] = "--help";
        return line;
    }

    /** The command with all its options. */
    static CommandLine commandLine(Console console) {
        return commandLine(console, new String[0]);
    }

    /** The command with the subcommand that the arguments begin with, or with all: reading the options of all takes 0.1 s. */
    private static CommandLine commandLine(Console console, String[] arguments) {
        CommandLine line = new CommandLine(new Main(console));
        boolean one = arguments.length > 0 && COMMANDS.contains(arguments[0]);
        for (String name : one ? List.of(arguments[0]) : COMMANDS) {
            line.addSubcommand(name, subcommand(name));
        }
        line.setOut(new ConsoleWriter(console::print).writer());
        line.setErr(new ConsoleWriter(console::complain).writer());
        line.setColorScheme(CommandLine.Help.defaultColorScheme(console.hasColours() ? Ansi.ON : Ansi.OFF));
        line.setExitCodeExceptionMapper(e -> ExitCode.FAILED);
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            if (e instanceof UncheckedIOException output) {
                return console.outputFailed(output);
            }
            if (e instanceof InvalidPathException path) {
                console.problem(impossible(path));
            } else if (e instanceof BpfException || e instanceof CommandFailedException) {
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
        line.registerConverter(Path.class, Main::path);
        return line;
    }

    private static Path path(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new CommandLine.TypeConversionException(impossible(e));
        }
    }

    private static String impossible(InvalidPathException path) {
        return SafeText.quoted(path.getInput())
                + " has characters that the locale of this process lacks; set it to UTF-8: LC_ALL=C.UTF-8";
    }

    /** The arguments can contain anything, also control characters. */
    private static int wrongArguments(Console console, ParameterException e) {
        CommandLine command = e.getCommandLine();
        console.problem(message(e));
        if (!UnmatchedArgumentException.printSuggestions(e, command.getErr())) {
            console.complain("`" + command.getCommandSpec().qualifiedName() + " --help` shows what is possible.\n");
        }
        return ExitCode.USAGE;
    }

    /** What is wrong. Picocli calls an unknown command an unmatched argument, and reports a missing one before an unknown option. */
    private static String message(ParameterException e) {
        if (e instanceof MissingParameterException) {
            // Picocli does not say that it took an argument with a hyphen for an option.
            for (String unmatched : e.getCommandLine().getUnmatchedArguments()) {
                if (unmatched.startsWith("-")) {
                    return "Unknown option: '" + unmatched + "'; if it is no option, write -- before it";
                }
            }
        }
        return e instanceof UnmatchedArgumentException unmatched
                        && e.getCommandLine().getParent() == null
                        && !unmatched.isUnknownOption()
                ? "there is no command " + unmatched.getUnmatched().get(0)
                : String.valueOf(e.getMessage())
                        .replace("option option", "option"); // picocli repeats it in one message
    }

    private static Object subcommand(String name) {
        return switch (name) {
            case "tree" -> new TreeCommand();
            case "top" -> new TopCommand();
            case "pins" -> new PinsCommand();
            case "drain" -> new DrainCommand();
            case "end" -> new EndCommand();
            case "layout" -> new LayoutCommand();
            case "check" -> new CheckCommand();
            case "explain" -> new ExplainCommand();
            case "import" -> new ImportCommand();
            case "compare" -> new CompareCommand();
            case "new" -> new NewCommand();
            case "doctor" -> new DoctorCommand();
            case "completion" -> new CompletionCommand();
            default -> throw new IllegalArgumentException(name);
        };
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
