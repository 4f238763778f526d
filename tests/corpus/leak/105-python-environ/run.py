import os
import sys

os.environ['HTTP_PROXY'] = 'http://127.0.0.1:10809'
os.environ['HTTPS_PROXY'] = 'http://127.0.0.1:10809'
os.environ['OKX_API_KEY'] = '<api_key>'
os.environ['OKX_API_SECRET_KEY'] = '<secret_key>'
os.environ['OKX_PASSPHRASE'] = '<passphrase>'

from agent.graph import build_graph  # noqa: E402
from agent.tools import okx_tools  # noqa: E402


def main():
    graph = build_graph(tools=okx_tools())
    question = ' '.join(sys.argv[1:]) or 'what is my open exposure?'
    for event in graph.stream({'messages': [('user', question)]}):
        for value in event.values():
            print(value['messages'][-1].content)


if __name__ == '__main__':
    main()
