/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.cli;

import dev.nestmap.cli.console.CommandFailedException;
import dev.nestmap.cli.console.CommonOptions;
import dev.nestmap.cli.console.Console;
import dev.nestmap.cli.console.ConsoleWriter;
import dev.nestmap.cli.console.ExitCode;
import dev.nestmap.cli.console.SafeText;
import dev.nestmap.cli.doctor.DoctorCommand;
import dev.nestmap.cli.pins.DrainCommand;
import dev.nestmap.cli.pins.EndCommand;
import dev.nestmap.cli.pins.PinsCommand;
import dev.nestmap.cli.top.TopCommand;
import dev.nestmap.cli.tree.TreeCommand;
import dev.nestmap.runtime.error.BpfException;
import dev.nestmap.schema.program.NearestNameFinder;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
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
    private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("tree", TreeCommand::new);
        COMMANDS.put("top", TopCommand::new);
        COMMANDS.put("pins", PinsCommand::new);
        COMMANDS.put("drain", DrainCommand::new);
        COMMANDS.put("end", EndCommand::new);
        COMMANDS.put("check", CheckCommand::new);
        COMMANDS.put("explain", ExplainCommand::new);
        COMMANDS.put("import", ImportCommand::new);
        COMMANDS.put("compare", CompareCommand::new);
        COMMANDS.put("new", NewCommand::new);
        COMMANDS.put("doctor", DoctorCommand::new);
        COMMANDS.put("completion", CompletionCommand::new);
    }

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
        boolean one = arguments.length > 0 && COMMANDS.containsKey(arguments[0]);
        COMMANDS.forEach((name, command) -> {
            if (!one || name.equals(arguments[0])) {
                line.addSubcommand(name, command.get());
            }
        });
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
        // Picocli would suggest any command that has a few letters of the unknown one.
        Optional<String> unknown = unknownCommand(e);
        Optional<String> near = unknown.flatMap(name -> NearestNameFinder.in(COMMANDS.keySet(), name));
        near.ifPresent(name -> console.complain("Did you mean: nestmap " + name + "?\n"));
        boolean isAnswered = unknown.isPresent()
                ? near.isPresent()
                : UnmatchedArgumentException.printSuggestions(e, command.getErr());
        if (!isAnswered) {
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
        return unknownCommand(e)
                .map(name -> "there is no command " + name)
                .orElseGet(() -> String.valueOf(e.getMessage())
                        .replace("option option", "option")); // picocli repeats it in one message
    }

    private static Optional<String> unknownCommand(ParameterException e) {
        return e instanceof UnmatchedArgumentException unmatched
                        && e.getCommandLine().getParent() == null
                        && !unmatched.isUnknownOption()
                ? Optional.of(unmatched.getUnmatched().get(0))
                : Optional.empty();
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
