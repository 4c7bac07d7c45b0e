/**
 * The scripts that complete command lines, as @pnpm/tabtab makes them: test/cli/completion-scripts.test.ts writes them
 * anew. Licence:
 *
 * The MIT 2011-2018 License (MIT)
 *
 * Copyright (c) Mickael Daniel
 *
 * Permission is hereby granted, free of charge, to any person
 * obtaining a copy of this software and associated documentation
 * files (the "Software"), to deal in the Software without
 * restriction, including without limitation the rights to use,
 * copy, modify, merge, publish, distribute, sublicense, and/or sell
 * copies of the Software, and to permit persons to whom the
 * Software is furnished to do so, subject to the following
 * conditions:
 *
 * The above copyright notice and this permission notice shall be
 * included in all copies or substantial portions of the Software.
 *
 * THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND,
 * EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
 * OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
 * NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT
 * HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY,
 * WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
 * FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR
 * OTHER DEALINGS IN THE SOFTWARE.
 */
export const COMPLETION_SCRIPTS = {
  bash: [
    '###-begin-svc2ipt-completion-###',
    'if type complete &>/dev/null; then',
    '  _svc2ipt_completion () {',
    '    local words cword',
    '    if type _get_comp_words_by_ref &>/dev/null; then',
    '      _get_comp_words_by_ref -n = -n @ -n : -w words -i cword',
    '    else',
    '      cword="$COMP_CWORD"',
    '      words=("${COMP_WORDS[@]}")',
    '    fi',
    '',
    '    local si="$IFS"',
    '    IFS=$\'\\n\' COMPREPLY=($(COMP_CWORD="$cword" \\',
    '                           COMP_LINE="$COMP_LINE" \\',
    '                           COMP_POINT="$COMP_POINT" \\',
    '                           SHELL=bash \\',
    '                           svc2ipt completion-server -- "${words[@]}" \\',
    '                           2>/dev/null)) || return $?',
    '    IFS="$si"',
    '',
    '    if [ "$COMPREPLY" = "__tabtab_complete_files__" ]; then',
    '      COMPREPLY=($(compgen -f -- "$cword"))',
    '    fi',
    '',
    '    if type __ltrim_colon_completions &>/dev/null; then',
    '      __ltrim_colon_completions "${words[cword]}"',
    '    fi',
    '  }',
    '  complete -o default -F _svc2ipt_completion svc2ipt',
    'fi',
    '###-end-svc2ipt-completion-###',
    '',
  ].join('\n'),
  zsh: [
    '#compdef svc2ipt',
    '###-begin-svc2ipt-completion-###',
    'if type compdef &>/dev/null; then',
    '  _svc2ipt_completion () {',
    '    local reply',
    '    local si=$IFS',
    '',
    '    IFS=$\'\\n\' reply=($(COMP_CWORD="$((CURRENT-1))" COMP_LINE="$BUFFER" COMP_POINT="$CURSOR" SHELL=zsh svc2ipt completion-server -- "${words[@]}"))',
    '    IFS=$si',
    '',
    '    if [ "$reply" = "__tabtab_complete_files__" ]; then',
    '      _files',
    '    else',
    "      _describe 'values' reply",
    '    fi',
    '  }',
    '  # When called by the Zsh completion system, this will end with',
    '  # "loadautofunc" when initially autoloaded and "shfunc" later on, otherwise,',
    '  # the script was "eval"-ed so use "compdef" to register it with the',
    '  # completion system',
    '  if [[ $zsh_eval_context == *func ]]; then',
    '    _svc2ipt_completion "$@"',
    '  else',
    '    compdef _svc2ipt_completion svc2ipt',
    '  fi',
    'fi',
    '###-end-svc2ipt-completion-###',
    '',
  ].join('\n'),
  fish: [
    '###-begin-svc2ipt-completion-###',
    'function _svc2ipt_completion',
    '  set cmd (commandline -o)',
    '  set cursor (commandline -C)',
    '  set words (count $cmd)',
    '',
    '  set completions (eval env DEBUG=\\"" \\"" COMP_CWORD=\\""$words\\"" COMP_LINE=\\""$cmd \\"" COMP_POINT=\\""$cursor\\"" SHELL=fish svc2ipt completion-server -- $cmd)',
    '',
    '  if [ "$completions" = "__tabtab_complete_files__" ]',
    '    set -l matches (commandline -ct)*',
    '    if [ -n "$matches" ]',
    '      __fish_complete_path (commandline -ct)',
    '    end',
    '  else',
    '    for completion in $completions',
    '      echo -e $completion',
    '    end',
    '  end',
    'end',
    '',
    'complete -f -d \'svc2ipt\' -c svc2ipt -a "(_svc2ipt_completion)"',
    '###-end-svc2ipt-completion-###',
    '',
  ].join('\n'),
} as const;
