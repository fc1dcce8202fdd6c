"""What `--help` teaches: for each command what it is for, examples, what its exit status says, and what it reads."""

EXPLAIN = """Explain an exchange-API error: its cause, the fix, and whether to retry.

Paste it as an argument, pipe it in, or start without either and paste it at the prompt.
Secrets in it are masked, and nothing leaves this machine.

\b
  explain 'binance {"code":-1021,"msg":"Timestamp for this request …"}'
  explain -1021 --exchange binance
  tail -n 50 bot.log | explain --lang zh
  explain 'HTTP 429' --format json | jq -r '.explanations[0].retry'
  explain grep --summary bot.log
  explain report --log bot.log > ticket.md
  explain show binance/credentials-rejected --full

\b
Options for explaining a text:
  -e, --exchange ID      the exchange, if the text does not tell
  -p, --product NAME     the product: spot, usdm, futures …
      --lang en|zh       language (else EXPLAIN_LANG, else the locale)
      --full             everything: all causes, steps, links
      --all              every error of the text at length
      --why              the evidence for the answer
  -f, --format FORMAT    text, json or markdown
      --mask-ip          mask IP addresses too
      --rules DIR        your own rules, beside or over the shipped ones
"""

EXPLAIN_END = """explain COMMAND --help teaches a command, with examples.

Exit status: 0 explained, 1 nothing known, 2 usage or input error, 130 Ctrl-C.

\b
Environment:
  EXPLAIN_LANG   the language of answers: en or zh
  EXPLAIN_CACHE  the folder for what is computed once and kept, such as your
                 own rules in compiled form; else the system's cache folder.
                 Nothing that you paste is written there.
  NO_COLOR       if set, no colour
  FORCE_COLOR    if set, colour even where the output is no terminal
  COLUMNS        the width of the text; else the terminal's
"""

TEXT = """Explain an exchange-API error.

This is what explain does where no command is named; explain --help shows examples and all commands.
"""

REPORT = """Write a support ticket about an error.

For an exchange or a maintainer, from a pasted error or from logs: whole code and message, product,
endpoint, time in UTC and local, client and versions, the state of this machine's clock, what it
probably is, what to attach and what never to send. Masked: secrets, wallets, e-mails, all but the
last digits of a UID. On a terminal it asks what was tried and what changed lately.

\b
  explain report 'binance {"code":-2015,"msg":"Invalid API-key, IP …"}'
  explain report --log bot.log --since 2h > ticket.md
  tail -n 200 bot.log | explain report --lang zh
  explain report --reply 'HTTP 429'        three lines for a customer
"""
REPORT_END = """Exit status: 0 explained, 1 no rule explains it (the ticket is written all the same) or nothing in
the logs, 2 usage or input error."""

SHOW = """Show a rule by its id, or all meanings of a code.

Every answer ends with the id of its rule; explain list names them all.

\b
  explain show binance/signature-invalid
  explain show binance/signature-invalid --full    with every step and example
  explain show -1021                               at every exchange
  explain show 429000 --exchange kucoin --lang zh
  explain show binance/ip-banned -f markdown > ip-banned.md
"""
SHOW_END = "Exit status: 0 shown, 1 no rule or code of that name, 2 usage error."

LIST = """List the rules, by exchange, kind, verdict or words.

\b
  explain list --exchange kucoin
  explain list --category auth             keys, permissions, addresses
  explain list --retry verify_first        after which an order may exist
  explain list --search 'margin isolated'  that hold both words
  explain list -e binance --codes -f json | jq -r '.rules[].code'
"""
LIST_END = "Exit status: 0 something fits, 1 nothing fits, 2 usage error."

GREP = """Find and explain exchange-API errors in logs.

Reads files, folders, standard input (-), plain or compressed (gz, bz2, xz, zst). Each finding is
printed as path:line: rule-id  title  [retry], with its line below. Secrets are masked.

\b
  explain grep bot.log                      every error, line by line
  explain grep --summary logs/              one row per problem, gravest first
  explain grep --report report.html logs/   the same as one HTML page
  explain grep --since 2h --min-urgency high bot.log
  tail -n 5000 bot.log | explain grep
  explain grep --follow bot.log             as the log grows
  explain grep --format jsonl bot.log | jq .explanations[0].retry
"""
GREP_END = """Exit status: 0 something was found, 1 nothing, 2 usage error or unreadable input, 130 interrupted."""

RULES = """Check rules, or begin a new one.

A rule is one YAML file. --rules DIR uses a folder of them, beside or over the shipped ones.

\b
  explain rules new 'the pasted error'      begins a rule in the folder rules
  explain rules check rules                 names every fault and its line
  explain --rules rules 'the pasted error'  uses it
"""

CHECK = """Check rules and report every fault.

Schemas, references, templates, texts, and every example against all rules.
A folder of your own is checked together with the shipped rules.

\b
  explain rules check                       the shipped rules
  explain rules check rules                 yours
  explain rules check desk --rules common   yours, beside others of yours
  explain rules check rules -f json | jq -r '.problems[].file'
"""
CHECK_END = "Exit status: 0 no fault, 1 faults, which are printed as file:line: what is wrong, 2 usage error."

NEW = """Begin a rule from a pasted error.

Writes a file that you then fill in. Secrets in the error are masked, and no file is overwritten.

\b
  explain rules new 'acme {"code":"E17","msg":"Book is closed."}' -e acme
  tail -n 1 bot.log | explain rules new --slug book-closed --out desk
"""
NEW_END = "Exit status: 0 written, 2 usage error or not written."

STATS = """Count rules and codes, and show how old the oldest check is.

By exchange and product.

\b
  explain rules stats
  explain rules stats --rules desk
  explain rules stats -f json | jq .rules
"""
STATS_END = "Exit status: 0, or 2 if the rules have faults."

SCHEMA = """Write the JSON Schemas of rules files.

For editors, which check and complete a file that names its schema.

\b
  explain rules schema
  explain rules schema --out desk/schema
"""
SCHEMA_END = "Exit status: 0 written, 2 not written."

SITE = """Build the help site, or look at it first.

\b
  explain site serve                                  on http://127.0.0.1:8000
  explain site build --out public                     default settings
  explain site build --config site.yaml --out public  yours
"""

BUILD = """Build the help site into a folder of static files.

The folder is replaced as a whole, and only when all is done: a build that fails leaves the old site as
it was. A folder that this command did not make is refused.

\b
  explain site build --out public
  explain site build --config site.yaml --out public
  explain site build --out public --rules desk --no-search

Search by word needs pagefind: pip install 'exchange-explainer[site]'.
"""
BUILD_END = "Exit status: 0 built, 2 not built, with the reason, 130 or 143 interrupted."

SERVE = """Show the site here, and follow every change.

It is built, and built again when a file changes, for a look before it is published. Other machines
cannot reach it; the address in site.yaml is not used.

\b
  explain site serve
  explain site serve --config site.yaml --port 0
"""
SERVE_END = "Exit status: 2 if it cannot be built or shown, 130 or 143 once you end it."
