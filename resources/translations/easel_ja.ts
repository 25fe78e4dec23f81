<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="ja" sourcelanguage="en">
<context>
    <name>AboutWindow</name>
    <message>
        <source>About Easel</source>
        <translation>Easel について</translation>
    </message>
    <message>
        <source>Easel itself</source>
        <translation>Easel 自体</translation>
    </message>
    <message>
        <source>Easel {version}
Paints pictures from words on this computer, and sends nothing anywhere.
Licence: Apache-2.0. The parts it is made of:</source>
        <translation>Easel {version}
このコンピューターの中で言葉から絵を描き、どこにも何も送信しません。
ライセンス: Apache-2.0。構成している部品:</translation>
    </message>
    <message>
        <source>Everything else inside</source>
        <translation>同梱されているその他のもの</translation>
    </message>
    <message>
        <source>Icons</source>
        <translation>アイコン</translation>
    </message>
    <message>
        <source>Karlo, where it is downloaded</source>
        <translation>Karlo（ダウンロードした場合）</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>ライセンス</translation>
    </message>
    <message>
        <source>Part</source>
        <translation>部分</translation>
    </message>
    <message>
        <source>Pictures that the Starter learned from</source>
        <translation>Starter が学習した画像</translation>
    </message>
</context>
<context>
    <name>AdjustmentWindow</name>
    <message>
        <source>Apply</source>
        <translation>適用</translation>
    </message>
    <message>
        <source>Computing…</source>
        <translation>計算中…</translation>
    </message>
    <message>
        <source>Show it in the picture</source>
        <translation>画像に表示</translation>
    </message>
</context>
<context>
    <name>CandidatesPanel</name>
    <message>
        <source>4 more</source>
        <translation>もう 4 枚</translation>
    </message>
    <message>
        <source>About the pictures</source>
        <translation>画像について</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>採用</translation>
    </message>
    <message>
        <source>Before and after: how much of the original is shown at the left</source>
        <translation>前と後: 左側に元の画像をどれだけ見せるか</translation>
    </message>
    <message>
        <source>Click a picture to see it in the frame</source>
        <translation>画像をクリックするとフレームに表示されます</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>破棄</translation>
    </message>
    <message>
        <source>Four more of the same kind, beside these</source>
        <translation>これらに加えて同じ種類をもう 4 枚</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>レイヤーとして残す</translation>
    </message>
    <message>
        <source>Painting…</source>
        <translation>描いています…</translation>
    </message>
    <message>
        <source>Picture {number} of {count} · seed {seed}</source>
        <translation>画像 {number} / {count} · シード {seed}</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>今回の画像</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>すべて却下</translation>
    </message>
    <message>
        <source>The original</source>
        <translation>元の画像</translation>
    </message>
    <message>
        <source>Variations of the chosen picture, as far away as the panel Vary says</source>
        <translation>選んだ画像のバリエーション（どれだけ離すかは「変化させる」パネルの設定に従います）</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>変化させる</translation>
    </message>
    <message>
        <source>Your pictures will appear here</source>
        <translation>ここに画像が表示されます</translation>
    </message>
    <message>
        <source>orig</source>
        <translation>元</translation>
    </message>
</context>
<context>
    <name>CanvasSurface</name>
    <message>
        <source>Painting…</source>
        <translation>描いています…</translation>
    </message>
    <message>
        <source>Write a prompt above and press Enter · or drop or paste a picture here</source>
        <translation>上にプロンプトを書いて Enter · またはここに画像をドロップか貼り付け</translation>
    </message>
</context>
<context>
    <name>CanvasView</name>
    <message>
        <source>Canvas</source>
        <translation>キャンバス</translation>
    </message>
</context>
<context>
    <name>CardPanel</name>
    <message>
        <source>Build an engine for your NVIDIA card? About {download} are downloaded from the index of Python packages, and about {disk} stay on this computer. Libraries of NVIDIA are among them, under NVIDIA&apos;s own licences.</source>
        <translation>お使いの NVIDIA カード用のエンジンを作りますか? Python パッケージのインデックスから約 {download} をダウンロードし、約 {disk} がこのコンピューターに残ります。NVIDIA 独自のライセンスによる NVIDIA のライブラリーも含まれます。</translation>
    </message>
    <message>
        <source>Card</source>
        <translation>カード</translation>
    </message>
    <message>
        <source>Download</source>
        <translation type="unfinished">ダウンロード</translation>
    </message>
    <message>
        <source>Download and build</source>
        <translation>ダウンロードして作る</translation>
    </message>
    <message>
        <source>Easel comes with an engine for the processor. This builds one for an NVIDIA card in your own folder, from packages that are downloaded when you ask for it.</source>
        <translation>Easel にはプロセッサー用のエンジンが付いています。ここでは、求めに応じてダウンロードするパッケージから、NVIDIA カード用のエンジンをご自身のフォルダーに作ります。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation type="unfinished">残す</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation type="unfinished">後で</translation>
    </message>
    <message>
        <source>On the disk</source>
        <translation>ディスク上</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished">取り除く</translation>
    </message>
    <message>
        <source>Remove the engine for your NVIDIA card? {size} are deleted; Easel then paints on the processor. It can be built again.</source>
        <translation>NVIDIA カード用のエンジンを取り除きますか? {size} を削除し、その後 Easel はプロセッサーで描きます。もう一度作ることができます。</translation>
    </message>
    <message>
        <source>Use my NVIDIA card</source>
        <translation>NVIDIA カードを使う</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>約 {size}</translation>
    </message>
    <message>
        <source>looking for it</source>
        <translation>探しています</translation>
    </message>
    <message>
        <source>made for another version of Easel</source>
        <translation>別のバージョンの Easel 用に作られています</translation>
    </message>
    <message>
        <source>no NVIDIA card, or no driver for it, was found on this computer</source>
        <translation>このコンピューターに NVIDIA カード、またはそのドライバーが見つかりません</translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished">準備完了</translation>
    </message>
    <message>
        <source>starting</source>
        <translation type="unfinished">開始しています</translation>
    </message>
    <message>
        <source>unfinished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>{name}; its driver is too old, install version 580 or newer</source>
        <translation>{name}。ドライバーが古すぎます。バージョン 580 以降をインストールしてください</translation>
    </message>
</context>
<context>
    <name>ChannelRow</name>
    <message>
        <source>How much of it: below 0 leads away from it; double-click resets</source>
        <translation>どれだけ入れるか: 0 未満ではそれから遠ざかります。ダブルクリックで元に戻ります</translation>
    </message>
    <message>
        <source>How much of its style: below 0 leads away from it; double-click resets</source>
        <translation>そのスタイルをどれだけ入れるか: 0 未満ではそれから遠ざかります。ダブルクリックで元に戻ります</translation>
    </message>
    <message>
        <source>Mute: leave it out</source>
        <translation>ミュート: 外しておく</translation>
    </message>
    <message>
        <source>Picture in the mix</source>
        <translation>ミックスの中の画像</translation>
    </message>
    <message>
        <source>Solo: leave all others out</source>
        <translation>ソロ: ほかをすべて外す</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>スタイル</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>題材</translation>
    </message>
    <message>
        <source>Take it out of the mix</source>
        <translation>ミックスから取り除く</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>重み</translation>
    </message>
    <message>
        <source>Weight of its style</source>
        <translation>スタイルの重み</translation>
    </message>
    <message>
        <source>Weight of its subject</source>
        <translation>題材の重み</translation>
    </message>
    <message>
        <source>Words in the mix</source>
        <translation>ミックスの中の言葉</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>この画像に近い言葉</translation>
    </message>
    <message>
        <source>Words near this picture: add one, or lead away from it</source>
        <translation>この画像に近い言葉：加えるか、遠ざける</translation>
    </message>
</context>
<context>
    <name>Clipboard</name>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>レイヤーが選ばれていません。先にレイヤーの一覧で 1 つクリックしてください。</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>貼り付けた画像</translation>
    </message>
    <message>
        <source>There is no picture on the clipboard; copy one and paste again.</source>
        <translation>クリップボードに画像がありません。コピーしてから、もう一度貼り付けてください。</translation>
    </message>
    <message>
        <source>There is nothing of “{name}” to copy there; select another part.</source>
        <translation>「{name}」のその場所にはコピーするものがありません。別の部分を選択してください。</translation>
    </message>
    <message>
        <source>There is nothing to copy yet; paint or open a picture first.</source>
        <translation>まだコピーするものがありません。先に画像を描くか開いてください。</translation>
    </message>
    <message>
        <source>This was to be pasted into the picture that was here before; paste it again to have it in this one.</source>
        <translation>これは前にここにあった画像に貼り付けるものでした。この画像に入れるには、もう一度貼り付けてください。</translation>
    </message>
</context>
<context>
    <name>ColourWheel</name>
    <message>
        <source>Colour wheel; arrows turn the hue</source>
        <translation>カラーホイール。矢印キーで色相を回します</translation>
    </message>
</context>
<context>
    <name>ColoursPanel</name>
    <message>
        <source>Colour</source>
        <translation>カラー</translation>
    </message>
    <message>
        <source>Colour as hexadecimal number</source>
        <translation>16 進数で表した色</translation>
    </message>
    <message>
        <source>Hex</source>
        <translation>Hex</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>2 つ目の色。クリックするとその色で描きます</translation>
    </message>
    <message>
        <source>Swap the colours</source>
        <translation>色を入れ替える</translation>
    </message>
    <message>
        <source>Swap the colours (X)</source>
        <translation>色を入れ替える (X)</translation>
    </message>
    <message>
        <source>Used before:</source>
        <translation>前に使った色:</translation>
    </message>
</context>
<context>
    <name>ContactSheet</name>
    <message>
        <source>Contact sheet</source>
        <translation>コンタクトシート</translation>
    </message>
    <message>
        <source>Mixes across the pad</source>
        <translation>パッド全体の混合</translation>
    </message>
    <message>
        <source>Paint mixes from all over the pad in few steps; choose one to go there</source>
        <translation>パッド全体の混合を少ないステップで描きます。選ぶとそこへ移ります</translation>
    </message>
</context>
<context>
    <name>CreatePage</name>
    <message>
        <source>A result</source>
        <translation>結果</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>PNG 画像</translation>
    </message>
    <message>
        <source>Pictures of this run</source>
        <translation>今回の画像</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>コピーを保存</translation>
    </message>
</context>
<context>
    <name>DetailsSide</name>
    <message>
        <source>About the chosen picture</source>
        <translation>選んだ画像について</translation>
    </message>
    <message>
        <source>C&amp;ollections</source>
        <translation>コレクション(&amp;O)</translation>
    </message>
    <message>
        <source>Choose a picture to see how it was made.</source>
        <translation>画像を選ぶと、どのように作られたかがわかります。</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>情報</translation>
    </message>
    <message>
        <source>No words belong to this picture.</source>
        <translation>この画像には言葉がありません。</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>プロンプト</translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} it was made from</source>
        <translation>
            <numerusform>元になった {count} 枚を表示</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Show the {count} made of it</source>
        <translation>
            <numerusform>これから作られた {count} 枚を表示</numerusform>
        </translation>
    </message>
    <message>
        <source>Show what it was made from</source>
        <translation>元になったものを表示</translation>
    </message>
    <message>
        <source>Show what was made of it</source>
        <translation>これから作られたものを表示</translation>
    </message>
    <message>
        <source>T&amp;ags</source>
        <translation>タグ(&amp;A)</translation>
    </message>
    <message>
        <source>The chosen picture</source>
        <translation>選んだ画像</translation>
    </message>
    <message>
        <source>What it was made from</source>
        <translation>元になったもの</translation>
    </message>
    <message>
        <source>What was made of it</source>
        <translation>これから作られたもの</translation>
    </message>
    <message>
        <source>separated by commas</source>
        <translation>コンマで区切る</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are selected</source>
        <translation>
            <numerusform>{count} 枚の画像を選択中</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DifferenceRow</name>
    <message>
        <source>From</source>
        <translation>元</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>どこまで</translation>
    </message>
    <message>
        <source>How far the picture goes from the one to the other</source>
        <translation>一方から他方へどこまで変えるか</translation>
    </message>
    <message>
        <source>Take this change away</source>
        <translation>この変更を取り除く</translation>
    </message>
    <message>
        <source>To</source>
        <translation>先</translation>
    </message>
    <message>
        <source>Use this change</source>
        <translation>この変更を使う</translation>
    </message>
    <message>
        <source>Use this change, or leave it out for now</source>
        <translation>この変更を使う、または今は外しておく</translation>
    </message>
    <message>
        <source>from … (may stay empty)</source>
        <translation>…から（空でもかまいません）</translation>
    </message>
    <message>
        <source>to …</source>
        <translation>…へ</translation>
    </message>
</context>
<context>
    <name>Easel</name>
    <message>
        <source>A copy of unsaved work is being kept again.</source>
        <translation>保存していない作業の控えを、再び取れるようになりました。</translation>
    </message>
    <message>
        <source>A copy of unsaved work was damaged and cannot be read; it is kept in {folder} for {days_kept} days. Look there if you miss something.</source>
        <translation>保存していない作業の控えが壊れていて読めません。{folder} に {days_kept} 日間残します。足りないものがあれば、そこを見てください。</translation>
    </message>
    <message>
        <source>A feather of {feather} cannot be used; choose 0 to 256.</source>
        <translation>ぼかし {feather} は使えません。0 から 256 を選んでください。</translation>
    </message>
    <message>
        <source>A film needs two ends; put a picture or a text into both places.</source>
        <translation>フィルムには両端が必要です。両方の場所に画像か文を入れてください。</translation>
    </message>
    <message>
        <source>A hole is painted at the size of the picture; leave the size out, or enlarge the picture first.</source>
        <translation>穴は画像と同じ大きさで描かれます。大きさの指定をやめるか、先に画像を拡大してください。</translation>
    </message>
    <message>
        <source>A likeness is a picture; write words into the prompt instead.</source>
        <translation>手本は画像です。言葉はプロンプトに書いてください。</translation>
    </message>
    <message>
        <source>A login page answered instead of the publisher; open a browser, log in to this network, then continue. {kept}</source>
        <translation>公開元ではなくログインページが応答しました。ブラウザーを開いてこのネットワークにログインし、それから続けてください。{kept}</translation>
    </message>
    <message>
        <source>A mask cannot grow by {grow}; choose -256 to 256.</source>
        <translation>マスクを {grow} 広げることはできません。-256 から 256 を選んでください。</translation>
    </message>
    <message>
        <source>A mix takes two pictures, or a picture and words; select another picture, or write into the prompt.</source>
        <translation>ミックスには画像が 2 つ、または画像と言葉が必要です。別の画像を選択するか、プロンプトに書いてください。</translation>
    </message>
    <message>
        <source>A path has two ends; ask for at least 2 pictures.</source>
        <translation>道筋には両端があります。画像は 2 枚以上にしてください。</translation>
    </message>
    <message>
        <source>A picture cannot be enlarged {scale} times; choose 2 or 4.</source>
        <translation>画像を {scale} 倍に拡大することはできません。2 か 4 を選んでください。</translation>
    </message>
    <message>
        <source>A picture of {width} × {height} pixels cannot be worked on; use one of up to {largest_input} pixels on a side.</source>
        <translation>{width} × {height} ピクセルの画像は扱えません。一辺が {largest_input} ピクセルまでの画像を使ってください。</translation>
    </message>
    <message>
        <source>A picture that this one was made from is not on this computer, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>この画像の元になった画像がこのコンピューターにないため、もう一度作ることはできません。この画像は無事です。代わりにバリエーションを作ってください。</translation>
    </message>
    <message>
        <source>A picture&apos;s own noise is found and used by the sampler {sampler} alone; choose it, or let the composition change freely.</source>
        <translation>画像自身のノイズを取り出して使えるのはサンプラー {sampler} だけです。それを選ぶか、構図が自由に変わることを許してください。</translation>
    </message>
    <message>
        <source>A second decoder for Kandinsky 2.2 that fills holes and extends pictures.</source>
        <translation>Kandinsky 2.2 用の 2 つ目のデコーダー。穴を埋め、画像を広げます。</translation>
    </message>
    <message>
        <source>A small picture is being painted to test the device; nothing of yours changes.</source>
        <translation>デバイスを試すために小さな画像を描いています。お手元のものは何も変わりません。</translation>
    </message>
    <message>
        <source>A stored embedding has no composition to keep; give the picture, or let the composition change freely.</source>
        <translation>保存された埋め込みには保つべき構図がありません。画像を渡すか、構図が自由に変わることを許してください。</translation>
    </message>
    <message>
        <source>A weight in the mix is no number; choose one, such as 1.</source>
        <translation>ミックスの重みが数になっていません。1 などの数を選んでください。</translation>
    </message>
    <message>
        <source>A {name} of {scale} cannot be used; choose from 0 to 50.</source>
        <translation>{name} に {scale} は使えません。0 から 50 を選んでください。</translation>
    </message>
    <message>
        <source>A {name} of {side} pixels cannot be made; choose 16 to {largest_side}.</source>
        <translation>{name} を {side} ピクセルにはできません。16 から {largest_side} を選んでください。</translation>
    </message>
    <message>
        <source>Accept picture</source>
        <translation>画像を採用</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>加算</translation>
    </message>
    <message>
        <source>Add layer mask</source>
        <translation>レイヤーマスクを追加</translation>
    </message>
    <message>
        <source>An idea is one picture, one text or one stored embedding; give exactly one.</source>
        <translation>アイデアは 1 枚の画像、1 つの文、1 つの保存された埋め込みのいずれかです。どれか 1 つだけ渡してください。</translation>
    </message>
    <message>
        <source>Another Easel is downloading into this folder; wait until it is done, or pause it.</source>
        <translation>別の Easel がこのフォルダーにダウンロードしています。終わるまで待つか、一時停止してください。</translation>
    </message>
    <message>
        <source>Another program has changed “{name}” since Easel read or wrote it. Nothing is saved yet; save over it, which keeps what is there now as a backup, or under another name.</source>
        <translation>Easel が読み書きした後に、別のプログラムが「{name}」を変更しました。まだ何も保存されていません。上書きするか（今の内容はバックアップとして残ります）、別の名前で保存してください。</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外観</translation>
    </message>
    <message>
        <source>Apple card</source>
        <translation>Apple のグラフィックス</translation>
    </message>
    <message>
        <source>Apply layer mask</source>
        <translation>レイヤーマスクを適用</translation>
    </message>
    <message>
        <source>As the model has it</source>
        <translation>モデルの指定どおり</translation>
    </message>
    <message>
        <source>As the model needs it</source>
        <translation>モデルに必要なもの</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>システムに合わせる</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>自動</translation>
    </message>
    <message>
        <source>Blur</source>
        <translation>ぼかし</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>チョーク</translation>
    </message>
    <message>
        <source>Change blend mode</source>
        <translation>描画モードを変更</translation>
    </message>
    <message>
        <source>Change guides</source>
        <translation>ガイドを変更</translation>
    </message>
    <message>
        <source>Change opacity</source>
        <translation>不透明度を変更</translation>
    </message>
    <message>
        <source>Change seam</source>
        <translation>継ぎ目を変更</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>木炭</translation>
    </message>
    <message>
        <source>Clear</source>
        <translation>消去</translation>
    </message>
    <message>
        <source>Clear mask</source>
        <translation>マスクを消去</translation>
    </message>
    <message>
        <source>Click a colour to select it · Shift adds, Alt subtracts, both intersect</source>
        <translation>色をクリックして選択 · Shift で追加、Alt で除外、両方で共通部分</translation>
    </message>
    <message>
        <source>Click or drag to take a colour; Ctrl does the same with every brush</source>
        <translation>クリックまたはドラッグで色を取ります。どのブラシでも Ctrl で同じことができます</translation>
    </message>
    <message>
        <source>Click to fill an area of like colour; as a gradient, drag from one colour to the other</source>
        <translation>クリックで似た色の範囲を塗りつぶします。グラデーションは一方の色から他方へドラッグ</translation>
    </message>
    <message>
        <source>Click to go closer, Alt+click to go away, drag sideways for any scale</source>
        <translation>クリックで拡大、Alt+クリックで縮小、横にドラッグで自由な倍率</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>カラー</translation>
    </message>
    <message>
        <source>Colour burn</source>
        <translation>焼き込みカラー</translation>
    </message>
    <message>
        <source>Colour dodge</source>
        <translation>覆い焼きカラー</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>色</translation>
    </message>
    <message>
        <source>Computes on</source>
        <translation>計算する装置</translation>
    </message>
    <message>
        <source>Copy of unsaved work</source>
        <translation>未保存の作業のコピー</translation>
    </message>
    <message>
        <source>Copy or download this file again; your pictures and the other files are not touched.</source>
        <translation>このファイルをもう一度コピーかダウンロードしてください。あなたの画像とほかのファイルには手を付けていません。</translation>
    </message>
    <message>
        <source>Corners scale, edges stretch, inside moves, outside turns · Enter applies, Escape undoes</source>
        <translation>角で拡大縮小、辺で伸縮、内側で移動、外側で回転 · Enter で適用、Esc で取り消し</translation>
    </message>
    <message>
        <source>Costs a little time of every picture.</source>
        <translation>画像ごとに少し時間がかかります。</translation>
    </message>
    <message>
        <source>Crop</source>
        <translation>切り抜き</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>ダーク</translation>
    </message>
    <message>
        <source>Darken</source>
        <translation>比較（暗）</translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation>デコーダー</translation>
    </message>
    <message>
        <source>Decoder guidance</source>
        <translation>デコーダーのガイダンス</translation>
    </message>
    <message>
        <source>Decoder steps</source>
        <translation>デコーダーのステップ数</translation>
    </message>
    <message>
        <source>Delete layer</source>
        <translation>レイヤーを削除</translation>
    </message>
    <message>
        <source>Delete layer mask</source>
        <translation>レイヤーマスクを削除</translation>
    </message>
    <message>
        <source>Delete selection</source>
        <translation>選択範囲を削除</translation>
    </message>
    <message>
        <source>Deselect</source>
        <translation>選択を解除</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差の絶対値</translation>
    </message>
    <message>
        <source>Drag inside to move, an edge to resize, outside to draw a new one; Alt: no snapping</source>
        <translation>内側をドラッグで移動、辺で大きさ変更、外側で新しく描きます。Alt: 吸着しない</translation>
    </message>
    <message>
        <source>Drag to erase · Shift+click: straight line · Shift+drag or [ ]: size</source>
        <translation>ドラッグで消去 · Shift+クリック:直線 · Shift+ドラッグまたは [ ]:大きさ</translation>
    </message>
    <message>
        <source>Drag to move the layer or what is selected of it; Shift: one direction; arrows nudge</source>
        <translation>ドラッグでレイヤーまたはその選択部分を移動。Shift: 一方向。矢印キーで少しずつ</translation>
    </message>
    <message>
        <source>Drag to move the view; Space does the same with every tool</source>
        <translation>ドラッグで表示を移動。どのツールでもスペースキーで同じことができます</translation>
    </message>
    <message>
        <source>Drag to paint · Shift+click: straight line · Shift+drag or [ ]: size · hold Ctrl: pick a colour</source>
        <translation>ドラッグで描画 · Shift+クリック:直線 · Shift+ドラッグまたは [ ]:大きさ · Ctrl を押している間:色を取る</translation>
    </message>
    <message>
        <source>Drag to select · Shift adds, Alt subtracts, both intersect · click: select nothing</source>
        <translation>ドラッグで選択 · Shift で追加、Alt で除外、両方で共通部分 · クリック: 選択を解除</translation>
    </message>
    <message>
        <source>Drag to turn the view; Shift stops every 15 degrees</source>
        <translation>ドラッグで表示を回転。Shift で 15 度ごとに止まります</translation>
    </message>
    <message>
        <source>Drag what to keep, Enter cuts, Escape leaves everything as it was</source>
        <translation>残す部分をドラッグ。Enter で切り抜き、Esc で元のまま</translation>
    </message>
    <message>
        <source>Draw around an area, or click corners where sides are straight: Enter closes it · Shift adds, Alt subtracts, both intersect</source>
        <translation>範囲を囲むように描く。直線の辺では角をクリックし、Enter で閉じる · Shift で追加、Alt で除外、両方で共通部分</translation>
    </message>
    <message>
        <source>Duplicate layer</source>
        <translation>レイヤーを複製</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {parent}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>Easel は {parent} に保存していない作業の控えを置けません: {error}。画像はそのままです。保存してから、そこに空きを作ってください。</translation>
    </message>
    <message>
        <source>Easel cannot keep a copy of unsaved work in {root}: {error}. Your picture is unchanged; save it, then make room there.</source>
        <translation>Easel は {root} に保存していない作業の控えを置けません: {error}。画像はそのままです。保存してから、そこに空きを作ってください。</translation>
    </message>
    <message>
        <source>Easel cannot look for unsaved work in {root} ({strerror}). Nothing there was changed; check who may read it, then start Easel again.</source>
        <translation>{root} で保存していない作業を探せません ({strerror})。そこでは何も変更していません。読み取りの権限を確かめてから、Easel を起動し直してください。</translation>
    </message>
    <message>
        <source>Easel is still busy with another model; wait for it or pause it.</source>
        <translation>Easel はまだ別のモデルで作業しています。待つか、一時停止してください。</translation>
    </message>
    <message>
        <source>Easel is still busy with the card; wait for it or pause it.</source>
        <translation>Easel はまだカードの作業中です。待つか、一時停止してください。</translation>
    </message>
    <message>
        <source>Engine</source>
        <translation>エンジン</translation>
    </message>
    <message>
        <source>Enlarged</source>
        <translation>拡大した画像</translation>
    </message>
    <message>
        <source>Enlarged {scale} times the picture would have {width} × {height} pixels, more than can be held; choose a smaller factor or crop it first.</source>
        <translation>{scale} 倍にすると {width} × {height} ピクセルになり、扱える大きさを超えます。倍率を小さくするか、先に切り抜いてください。</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>消す</translation>
    </message>
    <message>
        <source>Erase mask</source>
        <translation>マスクを消す</translation>
    </message>
    <message>
        <source>Every {deep_every} steps cannot be used; choose 1 to {most_steps_apart}.</source>
        <translation>{deep_every} ステップごとは使えません。1 から {most_steps_apart} を選んでください。</translation>
    </message>
    <message>
        <source>Exclusion</source>
        <translation>除外</translation>
    </message>
    <message>
        <source>Exported to {report}</source>
        <translation>{report} に書き出しました</translation>
    </message>
    <message>
        <source>Exported to {report}, but how it was made could not be written into the file.</source>
        <translation>{report} に書き出しましたが、作り方の情報はファイルに書き込めませんでした。</translation>
    </message>
    <message>
        <source>Extend picture</source>
        <translation>画像を広げる</translation>
    </message>
    <message>
        <source>Feather of results</source>
        <translation>結果のぼかし</translation>
    </message>
    <message>
        <source>Feather selection</source>
        <translation>選択範囲をぼかす</translation>
    </message>
    <message>
        <source>Files and folders</source>
        <translation>ファイルとフォルダー</translation>
    </message>
    <message>
        <source>Files say how they were made</source>
        <translation>作り方をファイルに記録する</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>塗りつぶし</translation>
    </message>
    <message>
        <source>Fill mask</source>
        <translation>マスクを塗りつぶす</translation>
    </message>
    <message>
        <source>Filled in</source>
        <translation>埋めた部分</translation>
    </message>
    <message>
        <source>Finishing</source>
        <translation>仕上げ</translation>
    </message>
    <message>
        <source>Fix result</source>
        <translation>結果を確定</translation>
    </message>
    <message>
        <source>Flatten picture</source>
        <translation>画像を統合</translation>
    </message>
    <message>
        <source>Flip layer</source>
        <translation>レイヤーを反転</translation>
    </message>
    <message>
        <source>Found in {name}: {parts}.</source>
        <translation>{name} に見つかったもの: {parts}。</translation>
    </message>
    <message>
        <source>Full (32 bits)</source>
        <translation>フル（32 ビット）</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>ギャラリー</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>グラデーション</translation>
    </message>
    <message>
        <source>Group</source>
        <translation>グループ</translation>
    </message>
    <message>
        <source>Group layers</source>
        <translation>レイヤーをグループ化</translation>
    </message>
    <message>
        <source>Grow selection</source>
        <translation>選択範囲を広げる</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>マスクの拡張</translation>
    </message>
    <message>
        <source>Guidance from {begin} until {end} of the way cannot be used; choose two numbers from 0 to 1, the smaller one first.</source>
        <translation>道筋の {begin} から {end} までのガイダンスは使えません。0 から 1 までの 2 つの数を、小さいほうを先にして選んでください。</translation>
    </message>
    <message>
        <source>Half (16 bits)</source>
        <translation>ハーフ（16 ビット）</translation>
    </message>
    <message>
        <source>Half takes half the memory and is quicker on cards; a seed may then give a slightly different picture.</source>
        <translation>ハーフはメモリーが半分で済み、グラフィックカードでは速くなります。同じシードでも画像が少し違うことがあります。</translation>
    </message>
    <message>
        <source>Hard light</source>
        <translation>ハードライト</translation>
    </message>
    <message>
        <source>Hide layer</source>
        <translation>レイヤーを隠す</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>ハイコントラスト</translation>
    </message>
    <message>
        <source>High contrast is black and white with strong outlines.</source>
        <translation>ハイコントラストは白黒で、輪郭をはっきり示します。</translation>
    </message>
    <message>
        <source>How far a filled-in part reaches beyond its mask; below 0 it stays inside.</source>
        <translation>埋めた部分がマスクの外へどれだけ広がるか。0 未満では内側にとどまります。</translation>
    </message>
    <message>
        <source>How far a filled-in part takes on the colours around it.</source>
        <translation>埋めた部分がまわりの色にどれだけ合わせるか。</translation>
    </message>
    <message>
        <source>How far new parts take after the rest</source>
        <translation>新しい部分が残りにどれだけ似るか</translation>
    </message>
    <message>
        <source>How far the meaning of variations may drift</source>
        <translation>バリエーションの意味がどこまで離れてよいか</translation>
    </message>
    <message>
        <source>How far their composition may</source>
        <translation>構図がどこまで離れてよいか</translation>
    </message>
    <message>
        <source>How many of the processor&apos;s threads paint. Fewer leave room for other programs.</source>
        <translation>プロセッサーのスレッドをいくつ描画に使うか。少なくすると、ほかのプログラムに余裕ができます。</translation>
    </message>
    <message>
        <source>How often a picture that has a project file is written into it. Beside that, unsaved work is kept after every action, for the next start to offer.</source>
        <translation>プロジェクトファイルのある画像をどの間隔で書き込むか。これとは別に、未保存の作業は操作のたびに保管され、次の起動時に示されます。</translation>
    </message>
    <message>
        <source>How often the decoder goes over a picture. More take longer and show finer detail.</source>
        <translation>デコーダーが画像に手を入れる回数。多いほど時間がかかり、細部が細かくなります。</translation>
    </message>
    <message>
        <source>How often the prior refines the idea that it makes of your words.</source>
        <translation>言葉から作ったアイデアをプライアーが磨く回数。</translation>
    </message>
    <message>
        <source>How softly a filled-in part runs into what was there.</source>
        <translation>埋めた部分が元の画像にどれだけなめらかにつながるか。</translation>
    </message>
    <message>
        <source>How strictly the decoder keeps to the idea. Too much makes colours harsh.</source>
        <translation>デコーダーがアイデアにどれだけ忠実か。強すぎると色がきつくなります。</translation>
    </message>
    <message>
        <source>How strictly the idea keeps to your words. Less gives more variety.</source>
        <translation>アイデアが言葉にどれだけ忠実か。弱いほど多様になります。</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>色相</translation>
    </message>
    <message>
        <source>Hue and saturation</source>
        <translation>色相と彩度</translation>
    </message>
    <message>
        <source>If what you choose is not in this computer, the processor does it. On Linux, Generate ▸ Models… builds an engine for an NVIDIA card.</source>
        <translation>選んだものがこのコンピューターにない場合は、プロセッサーが計算します。Linux では、生成 ▸ モデル… で NVIDIA カード用のエンジンを作れます。</translation>
    </message>
    <message>
        <source>In Easel&apos;s own folder</source>
        <translation>Easel 自身のフォルダー</translation>
    </message>
    <message>
        <source>Invert mask</source>
        <translation>マスクを反転</translation>
    </message>
    <message>
        <source>Invert selection</source>
        <translation>選択範囲を反転</translation>
    </message>
    <message>
        <source>Isolate group</source>
        <translation>グループを分離</translation>
    </message>
    <message>
        <source>It does not work: the engine failed in a way nobody foresaw. Nothing of yours is lost; choose the processor instead.</source>
        <translation>動作しません。エンジンが予期しない失敗をしました。失われたものはありません。代わりにプロセッサーを選んでください。</translation>
    </message>
    <message>
        <source>It works: a small picture on “{device}” took {seconds} s.</source>
        <translation>動作します。「{device}」での小さな画像に {seconds} 秒かかりました。</translation>
    </message>
    <message>
        <source>Its file is missing; put it back or discard the entry.</source>
        <translation>ファイルがありません。元に戻すか、この項目を破棄してください。</translation>
    </message>
    <message>
        <source>Keep as layer</source>
        <translation>レイヤーとして残す</translation>
    </message>
    <message>
        <source>Keep the seed</source>
        <translation>シードを固定する</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>キー</translation>
    </message>
    <message>
        <source>Keys and mouse</source>
        <translation>キーとマウス</translation>
    </message>
    <message>
        <source>Keys of your own</source>
        <translation>自分のキー</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>言語</translation>
    </message>
    <message>
        <source>Large and detailed; 512 to 1024 pixels. A graphics card makes it quick.</source>
        <translation>大きく精細。512～1024 ピクセル。グラフィックカードがあれば速く描けます。</translation>
    </message>
    <message>
        <source>Larger files that lose nothing.</source>
        <translation>何も失わない、大きめのファイル。</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>レイヤー</translation>
    </message>
    <message>
        <source>Letters, buttons and icons together. Pictures are shown as before.</source>
        <translation>文字、ボタン、アイコンをまとめて変えます。画像の表示は変わりません。</translation>
    </message>
    <message>
        <source>Levels</source>
        <translation>レベル補正</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>ライト</translation>
    </message>
    <message>
        <source>Lighten</source>
        <translation>比較（明）</translation>
    </message>
    <message>
        <source>Load models in parts</source>
        <translation>モデルを部分ごとに読み込む</translation>
    </message>
    <message>
        <source>Load selection</source>
        <translation>選択範囲を読み込む</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>モデルを読み込み中</translation>
    </message>
    <message>
        <source>Lock layer</source>
        <translation>レイヤーをロック</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>透明部分をロック</translation>
    </message>
    <message>
        <source>Looking</source>
        <translation>確認中</translation>
    </message>
    <message>
        <source>Luminosity</source>
        <translation>輝度</translation>
    </message>
    <message>
        <source>Mask from selection</source>
        <translation>選択範囲からマスク</translation>
    </message>
    <message>
        <source>Matching of colours</source>
        <translation>色合わせ</translation>
    </message>
    <message>
        <source>Memory budget</source>
        <translation>メモリーの上限</translation>
    </message>
    <message>
        <source>Memory for undo</source>
        <translation>取り消し用のメモリー</translation>
    </message>
    <message>
        <source>Menus appear at once, nothing slides or fades, and the cursor does not blink.</source>
        <translation>メニューがすぐに現れ、動きや切り替え効果がなくなり、カーソルも点滅しません。</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>下のレイヤーと結合</translation>
    </message>
    <message>
        <source>Merge group</source>
        <translation>グループを結合</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>ミックス</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Move frame</source>
        <translation>フレームを移動</translation>
    </message>
    <message>
        <source>Move layer</source>
        <translation>レイヤーを移動</translation>
    </message>
    <message>
        <source>Move selection</source>
        <translation>選択範囲を移動</translation>
    </message>
    <message>
        <source>Multiply</source>
        <translation>乗算</translation>
    </message>
    <message>
        <source>NVIDIA card</source>
        <translation>NVIDIA カード</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>しない</translation>
    </message>
    <message>
        <source>New group</source>
        <translation>新規グループ</translation>
    </message>
    <message>
        <source>New layer</source>
        <translation>新規レイヤー</translation>
    </message>
    <message>
        <source>New picture</source>
        <translation>新規画像</translation>
    </message>
    <message>
        <source>No layer is chosen; click one in the list of layers first.</source>
        <translation>レイヤーが選ばれていません。先にレイヤーの一覧で 1 つクリックしてください。</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>画像が選ばれていません。先にトレイで 1 枚クリックしてください。</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of a picture or text a weight above 0.</source>
        <translation>このミックスではスタイルが何も残りません。画像か文のスタイルに 0 より大きい重みを付けてください。</translation>
    </message>
    <message>
        <source>No style would be left of this mix; give the style of something a weight.</source>
        <translation>このミックスではスタイルが何も残りません。どれかのスタイルに重みを付けてください。</translation>
    </message>
    <message>
        <source>Noise can only be recovered from pictures; give two pictures or one fixed noise.</source>
        <translation>ノイズを取り出せるのは画像からだけです。画像を 2 枚、または固定のノイズを 1 つ渡してください。</translation>
    </message>
    <message>
        <source>Normal</source>
        <translation>通常</translation>
    </message>
    <message>
        <source>Not all of {root} could be removed ({strerror}); quit Easel&apos;s other windows and remove the folder by hand.</source>
        <translation>{root} のすべてを取り除くことはできませんでした ({strerror})。Easel のほかのウィンドウを終了し、フォルダーを手で取り除いてください。</translation>
    </message>
    <message>
        <source>Nothing is empty or marked in these frames; choose a side, or erase what is to be painted.</source>
        <translation>これらの枠には空きもマークもありません。辺を選ぶか、描きたい部分を消してください。</translation>
    </message>
    <message>
        <source>Nothing is in the mix yet; put in a picture or write a text.</source>
        <translation>まだミックスに何もありません。画像を入れるか、文を書いてください。</translation>
    </message>
    <message>
        <source>Nothing is marked; erase or select what is to be painted, or generate instead.</source>
        <translation>印が付いていません。描きたい部分を消すか選択するか、代わりに「生成」を使ってください。</translation>
    </message>
    <message>
        <source>Nothing is selected; select a part of the picture first.</source>
        <translation>何も選択されていません。先に画像の一部を選択してください。</translation>
    </message>
    <message>
        <source>Nothing is selected; select something first.</source>
        <translation>何も選択されていません。先に何かを選択してください。</translation>
    </message>
    <message>
        <source>Nothing is to be changed yet; write what the picture should become.</source>
        <translation>まだ変えるものがありません。画像をどうしたいか書いてください。</translation>
    </message>
    <message>
        <source>Nothing is to be changed; say what the picture should become.</source>
        <translation>変えるものがありません。画像をどうしたいか書いてください。</translation>
    </message>
    <message>
        <source>Nothing of the work kept in {folder} can be read; the folder was not changed. Look for another copy of the picture.</source>
        <translation>{folder} に残された作業は何も読めません。フォルダーには手を付けていません。画像の別のコピーを探してください。</translation>
    </message>
    <message>
        <source>Nothing would be left of the selection; it stays as it was. Try a smaller number.</source>
        <translation>選択範囲が何も残らなくなるので、そのままにしました。もっと小さい数を試してください。</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give a picture or text a weight above 0, and look whether it is muted.</source>
        <translation>このミックスでは何も残りません。画像か文に 0 より大きい重みを付け、ミュートになっていないか確かめてください。</translation>
    </message>
    <message>
        <source>Nothing would be left of this mix; give something a weight.</source>
        <translation>このミックスでは何も残りません。どれかに重みを付けてください。</translation>
    </message>
    <message>
        <source>Of files that you export. Smaller numbers make smaller files.</source>
        <translation>書き出すファイルの品質。数が小さいほどファイルが小さくなります。</translation>
    </message>
    <message>
        <source>On a path</source>
        <translation>道筋の途中</translation>
    </message>
    <message>
        <source>Only pictures can be kept as they are, and one end is a text; put in a picture, or let the ends be painted.</source>
        <translation>そのまま残せるのは画像だけですが、一方の端が文です。画像を入れるか、両端も描かせてください。</translation>
    </message>
    <message>
        <source>Only the part at work is in memory, and pictures are painted one after the other. Takes least memory and about twice the time.</source>
        <translation>働いている部分だけをメモリーに置き、画像を一枚ずつ描きます。メモリーは最小ですが、時間は約 2 倍かかります。</translation>
    </message>
    <message>
        <source>Only {value} % overlaps; move the frame closer to the picture.</source>
        <translation>重なりが {value} % しかありません。フレームを画像に近づけてください。</translation>
    </message>
    <message>
        <source>Open picture</source>
        <translation>画像を開く</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>プロジェクトを開く</translation>
    </message>
    <message>
        <source>Overlay</source>
        <translation>オーバーレイ</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>描く</translation>
    </message>
    <message>
        <source>Paint layer mask</source>
        <translation>レイヤーマスクを描く</translation>
    </message>
    <message>
        <source>Paint mask</source>
        <translation>マスクを描く</translation>
    </message>
    <message>
        <source>Painted from words</source>
        <translation>言葉から描いた画像</translation>
    </message>
    <message>
        <source>Painted over</source>
        <translation>描き直した画像</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>描画</translation>
    </message>
    <message>
        <source>Paints at 64 pixels and enlarges to 256. It has no inpainting checkpoint: known pixels are kept by blending them in while it paints.</source>
        <translation>64 ピクセルで描き、256 に拡大します。穴埋め専用の重みはなく、既存のピクセルは描く間に混ぜ込んで保ちます。</translation>
    </message>
    <message>
        <source>Pass group through</source>
        <translation>グループを通過</translation>
    </message>
    <message>
        <source>Paste picture</source>
        <translation>画像を貼り付け</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>Pictures per run</source>
        <translation>1 回の枚数</translation>
    </message>
    <message>
        <source>Place picture</source>
        <translation>画像を配置</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Prior</source>
        <translation>プライアー</translation>
    </message>
    <message>
        <source>Prior guidance</source>
        <translation>プライアーのガイダンス</translation>
    </message>
    <message>
        <source>Prior steps</source>
        <translation>プライアーのステップ数</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>プロセッサー</translation>
    </message>
    <message>
        <source>Prompt, seed and settings are written into the files that you save and export.</source>
        <translation>保存や書き出しをするファイルに、プロンプト、シード、設定が書き込まれます。</translation>
    </message>
    <message>
        <source>Quality of JPEG and WebP</source>
        <translation>JPEG と WebP の品質</translation>
    </message>
    <message>
        <source>Recover unsaved work</source>
        <translation>保存していない作業を復元</translation>
    </message>
    <message>
        <source>Recovering</source>
        <translation>取り出し中</translation>
    </message>
    <message>
        <source>Reduced motion</source>
        <translation>動きを減らす</translation>
    </message>
    <message>
        <source>Rename layer</source>
        <translation>レイヤー名を変更</translation>
    </message>
    <message>
        <source>Reorder layers</source>
        <translation>レイヤーを並べ替え</translation>
    </message>
    <message>
        <source>Restore mask</source>
        <translation>マスクを復元</translation>
    </message>
    <message>
        <source>Reworded</source>
        <translation>言い換えた画像</translation>
    </message>
    <message>
        <source>Sampler</source>
        <translation>サンプラー</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>彩度</translation>
    </message>
    <message>
        <source>Save projects by themselves</source>
        <translation>プロジェクトを自動で保存</translation>
    </message>
    <message>
        <source>Save selection</source>
        <translation>選択範囲を保存</translation>
    </message>
    <message>
        <source>Saved to {path}</source>
        <translation>{path} に保存しました</translation>
    </message>
    <message>
        <source>Say first what you do want: choose More like this for a picture, or describe it by meaning.</source>
        <translation>まず、ほしいものを示してください。画像で「似たものをもっと」を選ぶか、意味で説明してください。</translation>
    </message>
    <message>
        <source>Screen</source>
        <translation>スクリーン</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>シード</translation>
    </message>
    <message>
        <source>Select</source>
        <translation>選択</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>すべて選択</translation>
    </message>
    <message>
        <source>Select layer&apos;s pixels</source>
        <translation>レイヤーのピクセルを選択</translation>
    </message>
    <message>
        <source>Selection from mask</source>
        <translation>マスクから選択範囲</translation>
    </message>
    <message>
        <source>Sharpen</source>
        <translation>シャープ</translation>
    </message>
    <message>
        <source>Show layer</source>
        <translation>レイヤーを表示</translation>
    </message>
    <message>
        <source>Show pictures while they are painted</source>
        <translation>描いている途中の画像を見せる</translation>
    </message>
    <message>
        <source>Shrink selection</source>
        <translation>選択範囲を縮める</translation>
    </message>
    <message>
        <source>Size of everything</source>
        <translation>全体の大きさ</translation>
    </message>
    <message>
        <source>Small and quick; comes with Easel. Simple pictures of everyday things.</source>
        <translation>小さくて速く、Easel に付属します。身近なものの簡単な絵を描きます。</translation>
    </message>
    <message>
        <source>Soft light</source>
        <translation>ソフトライト</translation>
    </message>
    <message>
        <source>Some of the unsaved work could not be read and is missing: {names}. What you see is all there is; save it under a new name.</source>
        <translation>保存していない作業の一部が読めず、欠けています: {names}。見えているものがすべてです。新しい名前で保存してください。</translation>
    </message>
    <message>
        <source>Something on the way changes the files it passes on; try another network. {kept}</source>
        <translation>途中で何かがファイルを書き換えています。別のネットワークを試してください。{kept}</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>描き直しの強さ</translation>
    </message>
    <message>
        <source>Taken in from a file</source>
        <translation>ファイルから取り込んだ画像</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation>デバイスを試す</translation>
    </message>
    <message>
        <source>The card or its driver failed; nothing of your picture is lost. Paint on the processor, or start Easel again before you try the card once more.</source>
        <translation>カードまたはそのドライバーが失敗しました。画像は失われていません。プロセッサーで描くか、Easel を再起動してからもう一度カードを試してください。</translation>
    </message>
    <message>
        <source>The disk is full, and {left} GB of the model are still to come. What was downloaded is kept. Free {short} GB and press Continue, or choose another folder for models under Edit ▸ Settings…, where the download begins anew.</source>
        <translation>ディスクがいっぱいで、モデルの残り {left} GB がまだ届いていません。ダウンロードした分は残っています。{short} GB 空けて「続ける」を押すか、編集 ▸ 設定… でモデル用の別のフォルダーを選んでください。その場合、ダウンロードは最初から始まります。</translation>
    </message>
    <message>
        <source>The disk is full. {kept} Free {need} GB, then continue.</source>
        <translation>ディスクがいっぱいです。{kept} {need} GB 空けてから続けてください。</translation>
    </message>
    <message>
        <source>The download was sent on to {place}, which is not on Easel&apos;s list, so it was stopped; what is here is kept. Try another network or mirror.</source>
        <translation>ダウンロードが Easel の一覧にない {place} へ転送されたため、中止しました。ここにある分は残っています。別のネットワークかミラーを試してください。</translation>
    </message>
    <message>
        <source>The download was sent round in circles; try another network or mirror.</source>
        <translation>ダウンロードの転送が堂々巡りになりました。別のネットワークかミラーを試してください。</translation>
    </message>
    <message>
        <source>The download was stopped; what is here is kept.</source>
        <translation>ダウンロードを中止しました。ここにある分は残っています。</translation>
    </message>
    <message>
        <source>The engine stopped unexpectedly; nothing of your picture is lost. Press Generate to start it again.</source>
        <translation>エンジンが思いがけず停止しました。画像は何も失われていません。「生成」を押すと再び起動します。</translation>
    </message>
    <message>
        <source>The engine that was built for the card cannot be started ({reason}); nothing of your picture is lost. Build it anew or stop using it, under “NVIDIA card”.</source>
        <translation>カード用に作ったエンジンを起動できません ({reason})。画像は何も失われていません。「NVIDIA カード」で作り直すか、使うのをやめてください。</translation>
    </message>
    <message>
        <source>The engine was built, but computes on “{device}”: it finds no NVIDIA card that it can use. Install the newest driver for the card, then continue.</source>
        <translation>エンジンは作られましたが、「{device}」で計算しています。使える NVIDIA カードが見つかりません。カードの最新のドライバーをインストールしてから続けてください。</translation>
    </message>
    <message>
        <source>The fastest there is</source>
        <translation>いちばん速いもの</translation>
    </message>
    <message>
        <source>The file {path} of {title} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>{title} のファイル {path} がこのコンピューターにありません。モデルをダウンロードするか、あるフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>The files of {missing} are damaged or not where they were, so nothing is painted with it. Your pictures are safe; say where the files are, get them again, or paint with the Starter for now.</source>
        <translation>{missing} のファイルが壊れているか元の場所にないため、これでは何も描かれません。画像は無事です。ファイルの場所を示すか、もう一度入手するか、当面は Starter で描いてください。</translation>
    </message>
    <message>
        <source>The folder {folder} cannot be written to ({strerror}); choose another one.</source>
        <translation>フォルダー {folder} に書き込めません（{strerror}）。別のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>The folder {folder} does not hold the {part} of a model that Easel knows; its shapes are others. Nothing was changed; choose another folder.</source>
        <translation>フォルダー {folder} には、Easel の知っているモデルの {part} がありません。形が違います。何も変更していません。別のフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>The folder “{name}” could not be made in {parent}; nothing was written. Choose another place.</source>
        <translation>フォルダー「{name}」を {parent} に作れませんでした。何も書き込んでいません。別の場所を選んでください。</translation>
    </message>
    <message>
        <source>The gallery cannot search by meaning: nothing can be written into {cache}. Your pictures are safe; make room there and search again.</source>
        <translation>ギャラリーで意味による検索ができません。{cache} に何も書き込めません。画像は無事です。そこに空きを作って、もう一度検索してください。</translation>
    </message>
    <message>
        <source>The gallery in {parent} cannot be read or written; nothing there was changed. Check that the disk has room and that you may write there, then start Easel again.</source>
        <translation>{parent} のギャラリーを読み書きできません。そこでは何も変更していません。ディスクの空きと書き込みの権限を確かめてから、Easel を起動し直してください。</translation>
    </message>
    <message>
        <source>The gallery is in use by another Easel window; pictures made in this one are kept as files and listed at the next start. Close one of the two windows.</source>
        <translation>ギャラリーは別の Easel ウィンドウが使っています。このウィンドウで作った画像はファイルとして残り、次の起動時に一覧に加わります。どちらかのウィンドウを閉じてください。</translation>
    </message>
    <message>
        <source>The gallery was written by a later Easel and is left as it is; pictures made now are kept as files. Update Easel to see them all.</source>
        <translation>ギャラリーは新しい版の Easel で書かれているため、そのままにします。これから作る画像はファイルとして残ります。すべてを見るには Easel を更新してください。</translation>
    </message>
    <message>
        <source>The gallery&apos;s list in {parent} was damaged; your pictures are safe in the folder beside it, and the list is made anew from them.</source>
        <translation>{parent} のギャラリーの一覧が壊れていました。画像は隣のフォルダーに無事にあり、一覧はそこから作り直されます。</translation>
    </message>
    <message>
        <source>The index of packages has another {name} than the one on Easel&apos;s list, so nothing was fetched. Try another index, or look for a newer Easel.</source>
        <translation>パッケージのインデックスにある {name} が Easel の一覧のものと異なるため、何もダウンロードしませんでした。別のインデックスを試すか、新しい Easel を探してください。</translation>
    </message>
    <message>
        <source>The keys of the program that you know.</source>
        <translation>使い慣れたプログラムのキー。</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with a picture on it.</source>
        <translation>レイヤー「{name}」は空です。画像のあるレイヤーを選んでください。</translation>
    </message>
    <message>
        <source>The layer “{name}” is empty; choose one with something on it.</source>
        <translation>レイヤー「{name}」は空です。何かあるレイヤーを選んでください。</translation>
    </message>
    <message>
        <source>The layer “{name}” is hidden; show it to paint on it.</source>
        <translation>レイヤー「{name}」は隠れています。描くには表示してください。</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to change it.</source>
        <translation>レイヤー「{name}」はロックされています。変更するにはロックを解除してください。</translation>
    </message>
    <message>
        <source>The layer “{name}” is locked; unlock it to move it.</source>
        <translation>レイヤー「{name}」はロックされています。移動するにはロックを解除してください。</translation>
    </message>
    <message>
        <source>The list of packages for the card is not understood; try again later, or with another index of packages.</source>
        <translation>カード用のパッケージの一覧を理解できません。後でもう一度、または別のパッケージのインデックスで試してください。</translation>
    </message>
    <message>
        <source>The list of words ({name}) is not on this computer; it comes with Easel, so install Easel again.</source>
        <translation>単語の一覧（{name}）がこのコンピューターにありません。Easel に付属するものなので、Easel をインストールし直してください。</translation>
    </message>
    <message>
        <source>The mask is not of the picture&apos;s size; draw it anew.</source>
        <translation>マスクの大きさが画像と違います。描き直してください。</translation>
    </message>
    <message>
        <source>The mirror&apos;s address is not understood; it has to begin with https:// and a host.</source>
        <translation>ミラーのアドレスを理解できません。https:// とホスト名で始まる必要があります。</translation>
    </message>
    <message>
        <source>The model file {folder} is not on this computer; download the model or choose the folder it is in.</source>
        <translation>モデルファイル {folder} がこのコンピューターにありません。モデルをダウンロードするか、あるフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>The model file {parent} is not on this computer but {name} needs it; copy or download it again.</source>
        <translation>モデルファイル {parent} がこのコンピューターにありませんが、{name} に必要です。もう一度コピーかダウンロードしてください。</translation>
    </message>
    <message>
        <source>The model file {path} cannot be read ({strerror}); check that it is there and may be read, or copy it again.</source>
        <translation>モデルファイル {path} を読めません（{strerror}）。存在するか、読む権限があるかを確かめるか、もう一度コピーしてください。</translation>
    </message>
    <message>
        <source>The model file {pickled} is pickled, and opening such a file could run any program hidden in it; get the model as .safetensors and put that in its place.</source>
        <translation>モデルファイル {pickled} は pickle 形式で、開くと中に隠されたどんなプログラムも動く恐れがあります。モデルを .safetensors で入手し、置き換えてください。</translation>
    </message>
    <message>
        <source>The model {title} cannot do this; choose another model for it.</source>
        <translation>モデル {title} にはこれができません。別のモデルを選んでください。</translation>
    </message>
    <message>
        <source>The model&apos;s arithmetic went out of range and no picture could be made of it; nothing is lost, choose a lower guidance, another sampler or another seed.</source>
        <translation>モデルの計算が範囲を超え、画像になりませんでした。何も失われていません。ガイダンスを下げるか、別のサンプラーかシードを選んでください。</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is damaged; install the model again, your pictures are safe.</source>
        <translation>モデルのファイル {path} が壊れています。モデルをインストールし直してください。画像は無事です。</translation>
    </message>
    <message>
        <source>The model&apos;s file {path} is missing; install the model again, your pictures are safe.</source>
        <translation>モデルのファイル {path} がありません。モデルをインストールし直してください。画像は無事です。</translation>
    </message>
    <message>
        <source>The most that a model may take. With less it is loaded in parts, which is slower.</source>
        <translation>モデルが使ってよいメモリーの上限。少ないと分割して読み込むため、遅くなります。</translation>
    </message>
    <message>
        <source>The other side {fault} Nothing was fetched from it; {kept}</source>
        <translation>接続先: {fault} そこからは何も取得していません。{kept}</translation>
    </message>
    <message>
        <source>The picture has more than {most_layers} layers, or groups more than {deepest} deep, which is more than a project holds; nothing was written. Merge some of them and save again.</source>
        <translation>画像のレイヤーが {most_layers} を超えているか、グループの深さが {deepest} を超えており、プロジェクトに入りません。何も書き込まれていません。いくつかを統合して、もう一度保存してください。</translation>
    </message>
    <message>
        <source>The picture has more than {most_saved} saved selections or {most_guides} guides, which is more than a project holds; nothing was written. Remove some of them and save again.</source>
        <translation>画像の保存された選択範囲が {most_saved}、またはガイドが {most_guides} を超えており、プロジェクトに入りません。何も書き込まれていません。いくつかを削除して、もう一度保存してください。</translation>
    </message>
    <message>
        <source>The picture is kept in the gallery, but how it was made could not be written down. Accept or export it as usual.</source>
        <translation>画像はギャラリーに保存されましたが、作り方の情報は書き留められませんでした。いつもどおり採用または書き出しできます。</translation>
    </message>
    <message>
        <source>The picture is not in 8-bit RGB or RGBA; convert it first.</source>
        <translation>画像が 8 ビットの RGB か RGBA ではありません。先に変換してください。</translation>
    </message>
    <message>
        <source>The picture is {width} pixels long and {name} ends at {largest_side}; nothing was written. Export it as PNG instead.</source>
        <translation>画像の長さは {width} ピクセルですが、{name} は {largest_side} までです。何も書き込んでいません。代わりに PNG で書き出してください。</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels with all of its layers, more than a project holds; nothing was written. Move or erase what lies far out, or merge some layers, and save again.</source>
        <translation>すべてのレイヤーを含めると画像は {width} × {height} ピクセルに及び、プロジェクトに入りません。何も書き込まれていません。遠くにあるものを移動または消去するか、レイヤーを統合して、もう一度保存してください。</translation>
    </message>
    <message>
        <source>The picture spans {width} × {height} pixels, too many for one file; nothing was written. Hide or move layers that lie far out and export again.</source>
        <translation>画像が {width} × {height} ピクセルに及び、1 つのファイルには多すぎます。何も書き込んでいません。遠く離れたレイヤーを隠すか移動して、もう一度書き出してください。</translation>
    </message>
    <message>
        <source>The program uv that came with Easel cannot be started ({strerror}); install Easel anew.</source>
        <translation>Easel に付属のプログラム uv を起動できません ({strerror})。Easel をインストールし直してください。</translation>
    </message>
    <message>
        <source>The project would take {megabytes} MB, more than the {most} MB that it may take; nothing was written. Merge some layers, or move a part to another project, and save again.</source>
        <translation>プロジェクトは {megabytes} MB になり、上限の {most} MB を超えます。何も書き込まれていません。レイヤーを統合するか、一部を別のプロジェクトに移して、もう一度保存してください。</translation>
    </message>
    <message>
        <source>The prompt has {prompt} characters and the model reads only the first few dozen words; shorten it to {longest_prompt} characters or fewer.</source>
        <translation>プロンプトが {prompt} 文字あり、モデルは最初の数十語しか読みません。{longest_prompt} 文字以内に縮めてください。</translation>
    </message>
    <message>
        <source>The prompt is empty; describe the picture you want in a few words.</source>
        <translation>プロンプトが空です。描きたい画像を短い言葉で説明してください。</translation>
    </message>
    <message>
        <source>The proxy did not let Easel through ({error}); check its address, name and password. {kept}</source>
        <translation>プロキシが Easel を通しませんでした（{error}）。アドレス、名前、パスワードを確かめてください。{kept}</translation>
    </message>
    <message>
        <source>The proxy wants a name and a password; write them into its address under “Mirror and proxy”, like http://name:password@proxy.example:8080. {kept}</source>
        <translation>プロキシが名前とパスワードを求めています。「ミラーとプロキシ」で http://name:password@proxy.example:8080 のようにアドレスに書いてください。{kept}</translation>
    </message>
    <message>
        <source>The proxy&apos;s address is not understood; write it like http://proxy.example:8080.</source>
        <translation>プロキシのアドレスを理解できません。http://proxy.example:8080 のように書いてください。</translation>
    </message>
    <message>
        <source>The publisher does not have this file any more; look for a newer Easel. {kept}</source>
        <translation>公開元にはこのファイルがもうありません。新しい Easel を探してください。{kept}</translation>
    </message>
    <message>
        <source>The publisher does not let everybody have this model; accept its licence on the publisher&apos;s page, write an access token of yours under “Mirror and proxy”, then continue. {kept}</source>
        <translation>公開元はこのモデルを誰にでも渡すわけではありません。公開元のページでライセンスに同意し、「ミラーとプロキシ」に自分のアクセストークンを入力してから続けてください。{kept}</translation>
    </message>
    <message>
        <source>The publisher wants an access token for this model; write one under “Mirror and proxy”, then continue. {kept}</source>
        <translation>公開元がこのモデルにアクセストークンを求めています。「ミラーとプロキシ」に入力してから続けてください。{kept}</translation>
    </message>
    <message>
        <source>The publisher&apos;s name leads to {address} here, which is in a network of somebody&apos;s own, so nothing was asked of it; what is here is kept. If that is as it should be, type the publisher&apos;s address as a mirror, then continue.</source>
        <translation>配布元の名前がここでは {address} を指しており、これは個人のネットワーク内にあるため、何も要求しませんでした。ここにあるものは保持されます。意図どおりであれば、配布元のアドレスをミラーとして入力してから続行してください。</translation>
    </message>
    <message>
        <source>The rule by which noise becomes a picture.</source>
        <translation>ノイズを画像に変える規則。</translation>
    </message>
    <message>
        <source>The seed {seed} cannot be used; choose a whole number from 0 to {largest_seed}.</source>
        <translation>シード {seed} は使えません。0 から {largest_seed} までの整数を選んでください。</translation>
    </message>
    <message>
        <source>The selection holds nothing of this layer; choose another layer or select none.</source>
        <translation>選択範囲にこのレイヤーの部分がありません。別のレイヤーを選ぶか、選択を解除してください。</translation>
    </message>
    <message>
        <source>The selection was changed meanwhile, and is as you left it; try again.</source>
        <translation>その間に選択範囲が変わったので、今のままにしました。もう一度試してください。</translation>
    </message>
    <message>
        <source>The settings file</source>
        <translation>設定ファイル</translation>
    </message>
    <message>
        <source>The smaller copy of {name} could not be written ({strerror}); the large file is as it was. Free some room and try again.</source>
        <translation>{name} の小さいコピーを書き込めませんでした（{strerror}）。大きいファイルは元のままです。空きを作って、もう一度試してください。</translation>
    </message>
    <message>
        <source>The smaller copy of {name} reads back differently, so it was not kept and nothing was changed; check the disk.</source>
        <translation>{name} の小さいコピーを読み戻すと違っていたため、残さず、何も変更していません。ディスクを確かめてください。</translation>
    </message>
    <message>
        <source>The source answered {status} and refused the download; try again later. {kept}</source>
        <translation>配布元が {status} を返し、ダウンロードを拒否しました。しばらくしてからもう一度試してください。{kept}</translation>
    </message>
    <message>
        <source>The source cannot be reached ({broken}). {kept} Check the network, then continue.</source>
        <translation>取得元に接続できません（{broken}）。{kept} ネットワークを確かめてから続けてください。</translation>
    </message>
    <message>
        <source>The source does not say how long {name} is, or claims far too much; it was not fetched. Try another network or mirror.</source>
        <translation>取得元が {name} の長さを示さないか、大きすぎる値を示しているため、取得しませんでした。別のネットワークかミラーを試してください。</translation>
    </message>
    <message>
        <source>The source has another {name} than the one on Easel&apos;s list ({announced} bytes, not {size}), so it was not fetched. Try another network or mirror, or look for a newer Easel.</source>
        <translation>取得元の {name} が Easel の一覧のものと違うため（{size} ではなく {announced} バイト）、取得しませんでした。別のネットワークかミラーを試すか、新しい Easel を探してください。</translation>
    </message>
    <message>
        <source>The stored embedding is damaged; use the picture instead.</source>
        <translation>保存された埋め込みが壊れています。代わりに画像を使ってください。</translation>
    </message>
    <message>
        <source>The test of the device was given up; it says nothing about the device.</source>
        <translation>デバイスのテストを中止しました。デバイスについては何も分かりません。</translation>
    </message>
    <message>
        <source>The transparency of “{name}” is locked; unlock it to erase.</source>
        <translation>「{name}」の透明部分はロックされています。消すにはロックを解除してください。</translation>
    </message>
    <message>
        <source>The upscaler file {path} {fault}; choose another one, or leave it out to use the model&apos;s own.</source>
        <translation>拡大用ファイル {path}: {fault}。別のファイルを選ぶか、指定をやめてモデル自身のものを使ってください。</translation>
    </message>
    <message>
        <source>The wheel moves the view, and zooms with Ctrl or Alt; otherwise it zooms.</source>
        <translation>ホイールで表示を移動し、Ctrl か Alt と一緒で拡大縮小します。オフなら拡大縮小します。</translation>
    </message>
    <message>
        <source>The wheel scrolls</source>
        <translation>ホイールでスクロール</translation>
    </message>
    <message>
        <source>The {name} has {text} characters; shorten it to {longest_prompt}.</source>
        <translation>{name} が {text} 文字あります。{longest_prompt} 文字に縮めてください。</translation>
    </message>
    <message>
        <source>There is no file {file} and no verb of that name, so nothing was opened; easel --help says what can be written here.</source>
        <translation>{file} というファイルもその名前の動詞もないため、何も開きませんでした。ここに書けるものは easel --help で分かります。</translation>
    </message>
    <message>
        <source>There is no layer to move yet; paint, open or generate a picture first.</source>
        <translation>まだ移動するレイヤーがありません。先に画像を描くか、開くか、生成してください。</translation>
    </message>
    <message>
        <source>There is no model in {folder} that Easel knows. Choose the folder that holds kandinsky-2-2-prior or karlo-v1-alpha, a fine-tune with a folder “unet” or “prior” in it, or a Hugging Face cache.</source>
        <translation>{folder} には Easel の知っているモデルがありません。kandinsky-2-2-prior か karlo-v1-alpha のあるフォルダー、「unet」か「prior」フォルダーを含むファインチューン、または Hugging Face のキャッシュを選んでください。</translation>
    </message>
    <message>
        <source>There is no picture to reword yet; put one in, such as what the frame shows.</source>
        <translation>まだ言い換える画像がありません。フレームの中身などを入れてください。</translation>
    </message>
    <message>
        <source>There is no picture yet; paint, open or generate one first.</source>
        <translation>まだ画像がありません。先に描くか、開くか、生成してください。</translation>
    </message>
    <message>
        <source>There is no room for the smaller copy of {name}: it needs {size} GB until the large file is gone. Nothing was changed; free some room and try again.</source>
        <translation>{name} の小さいコピーを置く空きがありません。大きいファイルが消えるまで {size} GB 必要です。何も変更していません。空きを作って、もう一度試してください。</translation>
    </message>
    <message>
        <source>There is no sampler called {sampler}; choose one of {samplers}.</source>
        <translation>{sampler} というサンプラーはありません。{samplers} から選んでください。</translation>
    </message>
    <message>
        <source>There is no screen to open a window on, so nothing was opened; set DISPLAY, or paint without a window: easel --help names the verbs.</source>
        <translation>ウィンドウを開く画面がないため、何も開きませんでした。DISPLAY を設定するか、ウィンドウなしで描いてください。動詞は easel --help で分かります。</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. Choose fewer or smaller pictures, or close other programs.</source>
        <translation>この画像にはメモリーが足りません。作業は無事です。枚数を減らすか画像を小さくするか、ほかのプログラムを閉じてください。</translation>
    </message>
    <message>
        <source>There is not enough memory for this picture; your work is safe. {side} × {side_2} pixels should fit, so choose that or fewer pictures, or close other programs.</source>
        <translation>この画像にはメモリーが足りません。作業は無事です。{side} × {side_2} ピクセルなら収まるはずです。その大きさにするか枚数を減らすか、ほかのプログラムを閉じてください。</translation>
    </message>
    <message>
        <source>There is not enough room in {folder}: {need} GB are needed, with some to spare. Nothing was fetched; free {short} GB or choose another folder, then try again.</source>
        <translation>{folder} の空きが足りません。余裕を含めて {need} GB 必要です。何も取得していません。{short} GB 空けるか別のフォルダーを選んで、もう一度試してください。</translation>
    </message>
    <message>
        <source>There is nothing to embed; give a picture or a text.</source>
        <translation>埋め込むものがありません。画像か文を渡してください。</translation>
    </message>
    <message>
        <source>There is nothing to erase yet; paint, open or generate a picture first.</source>
        <translation>まだ消すものがありません。先に画像を描くか、開くか、生成してください。</translation>
    </message>
    <message>
        <source>There is nothing to go back to yet; accept a result that this model painted, and it is a bead of this line.</source>
        <translation>まだ戻る先がありません。このモデルが描いた結果を採用すると、この線の玉になります。</translation>
    </message>
    <message>
        <source>There is nothing to paint more of yet; generate a picture first.</source>
        <translation>まだ続けて描くものがありません。先に画像を生成してください。</translation>
    </message>
    <message>
        <source>There is only one picture of this kind; ask for variations of it.</source>
        <translation>この種類の画像は 1 枚しかありません。バリエーションを作ってください。</translation>
    </message>
    <message>
        <source>This copy of Easel has no uv; install Easel anew.</source>
        <translation>この Easel には uv がありません。Easel をインストールし直してください。</translation>
    </message>
    <message>
        <source>This is an inspection; it paints nothing.</source>
        <translation>これは検査です。何も描きません。</translation>
    </message>
    <message>
        <source>This is painted after what is being painted now.</source>
        <translation>今描いているものの後に描かれます。</translation>
    </message>
    <message>
        <source>This layer is empty; undo what emptied it, or ask anew.</source>
        <translation>このレイヤーは空です。空にした操作を取り消すか、改めて始めてください。</translation>
    </message>
    <message>
        <source>This layer was mixed or enlarged from others; ask for it where it came from, or for variations of it.</source>
        <translation>このレイヤーはほかのものを混ぜたか拡大したものです。元の場所でやり直すか、バリエーションを作ってください。</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words; search by words instead.</source>
        <translation>このモデルでは画像と言葉を比べられません。代わりに単語で検索してください。</translation>
    </message>
    <message>
        <source>This model is not complete on this computer; get it first.</source>
        <translation>このモデルはこのコンピューターに揃っていません。先に入手してください。</translation>
    </message>
    <message>
        <source>This needs about {needed} of memory and {free} are free. Nothing was begun and your work is safe; paint smaller, close other programs, or try it all the same.</source>
        <translation>これには約 {needed} のメモリーが必要で、空きは {free} です。何も始めておらず、作業は無事です。小さく描くか、ほかのプログラムを閉じるか、そのまま試してください。</translation>
    </message>
    <message>
        <source>This picture does not say how it was made, so it cannot be made again; it is safe as it is. Ask for variations of it instead.</source>
        <translation>この画像には作り方の記録がないため、もう一度作ることはできません。この画像は無事です。代わりにバリエーションを作ってください。</translation>
    </message>
    <message>
        <source>This picture is not in the gallery any more; choose another one.</source>
        <translation>この画像はもうギャラリーにありません。別の画像を選んでください。</translation>
    </message>
    <message>
        <source>This picture was made by the model “{model}”, which is not the one in use; it is safe as it is. Choose that model and try again.</source>
        <translation>この画像は使用中でないモデル「{model}」で作られました。この画像は無事です。そのモデルを選んで、もう一度試してください。</translation>
    </message>
    <message>
        <source>This picture was made by the model “{title}”, which is not the one in use: of these words and this seed it makes another picture. Choose that model to make the same again.</source>
        <translation>この画像は、いま使っているものではないモデル「{title}」が描きました。同じ言葉とシードでも別の画像になります。同じ画像を描くには、そのモデルを選んでください。</translation>
    </message>
    <message>
        <source>This stored embedding was made by another model than {title}; use the picture it came from, or choose that model.</source>
        <translation>この保存された埋め込みは {title} とは別のモデルで作られました。元の画像を使うか、そのモデルを選んでください。</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>スレッド数</translation>
    </message>
    <message>
        <source>Transform</source>
        <translation>変形</translation>
    </message>
    <message>
        <source>Transform layer</source>
        <translation>レイヤーを変形</translation>
    </message>
    <message>
        <source>Ungroup layers</source>
        <translation>レイヤーのグループを解除</translation>
    </message>
    <message>
        <source>Unlock layer</source>
        <translation>レイヤーのロックを解除</translation>
    </message>
    <message>
        <source>Unlock transparency</source>
        <translation>透明部分のロックを解除</translation>
    </message>
    <message>
        <source>Variation</source>
        <translation>バリエーション</translation>
    </message>
    <message>
        <source>Variations are made of a picture; to paint a text, generate it.</source>
        <translation>バリエーションは画像から作ります。文を描くには「生成」を使ってください。</translation>
    </message>
    <message>
        <source>WebP without loss</source>
        <translation>WebP を可逆圧縮で</translation>
    </message>
    <message>
        <source>What Easel itself says. Prompts are understood in English, whatever stands here.</source>
        <translation>Easel 自身の言葉。ここの設定によらず、プロンプトは英語で理解されます。</translation>
    </message>
    <message>
        <source>What earlier states of the picture may take. Beyond it the oldest are forgotten.</source>
        <translation>画像の以前の状態が使ってよいメモリー。超えると古いものから忘れます。</translation>
    </message>
    <message>
        <source>What is here is kept.</source>
        <translation>ここにある分は残っています。</translation>
    </message>
    <message>
        <source>What you changed of them.</source>
        <translation>変更したキー。</translation>
    </message>
    <message>
        <source>Where every finished picture is kept. Pictures made before stay where they are.</source>
        <translation>完成した画像を残す場所。前に作った画像は元の場所に残ります。</translation>
    </message>
    <message>
        <source>Where it is kept after every action, for the next start after a crash. It may be another disk.</source>
        <translation>クラッシュ後の起動のため、操作のたびに保管する場所。別のディスクでもかまいません。</translation>
    </message>
    <message>
        <source>Where models that you get are kept. Models got before stay where they are.</source>
        <translation>入手したモデルを置く場所。前に入手したモデルは元の場所に残ります。</translation>
    </message>
    <message>
        <source>Words cannot be reworded; put in a picture.</source>
        <translation>言葉は言い換えられません。画像を入れてください。</translation>
    </message>
    <message>
        <source>You paint the layer itself again.</source>
        <translation>これでまたレイヤーそのものに描きます。</translation>
    </message>
    <message>
        <source>You paint the layer&apos;s mask now: black hides, white shows. “Paint the layer, not its mask” leads back.</source>
        <translation>これからはレイヤーのマスクに描きます。黒は隠し、白は見せます。「マスクではなくレイヤーに描く」で戻ります。</translation>
    </message>
    <message>
        <source>Your unsaved work is back; save it to keep it.</source>
        <translation>保存していない作業が戻りました。残すには保存してください。</translation>
    </message>
    <message>
        <source>a folder of that name is in the way</source>
        <translation>同じ名前のフォルダーが邪魔をしています</translation>
    </message>
    <message>
        <source>an address that is none</source>
        <translation>アドレスになっていません</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>読めません</translation>
    </message>
    <message>
        <source>claims a header of {length} bytes, more than any model needs</source>
        <translation>ヘッダーが {length} バイトとあり、どのモデルにも多すぎます</translation>
    </message>
    <message>
        <source>claims {header} tensors, more than any model needs</source>
        <translation>テンソルが {header} 個とあり、どのモデルにも多すぎます</translation>
    </message>
    <message>
        <source>describes a noise schedule that Easel does not know</source>
        <translation>Easel の知らないノイズスケジュールです</translation>
    </message>
    <message>
        <source>does not enlarge colour pictures</source>
        <translation>カラー画像を拡大できません</translation>
    </message>
    <message>
        <source>does not say in which files the model is</source>
        <translation>モデルがどのファイルにあるか示していません</translation>
    </message>
    <message>
        <source>download the model or choose the folder that holds {repository}</source>
        <translation>モデルをダウンロードするか、{repository} のあるフォルダーを選んでください</translation>
    </message>
    <message>
        <source>gives {name} a size that does not fit its shape</source>
        <translation>{name} の大きさが形と合いません</translation>
    </message>
    <message>
        <source>has a certificate for somebody else, so it may not be the publisher.</source>
        <translation>証明書が別の相手のもので、公開元ではない恐れがあります。</translation>
    </message>
    <message>
        <source>has a certificate that is not valid today; is this computer&apos;s clock right?</source>
        <translation>証明書が今日は有効ではありません。このコンピューターの時計は合っていますか。</translation>
    </message>
    <message>
        <source>has a certificate that nobody this computer trusts has signed. If your company looks into connections, its certificate belongs into the system&apos;s store.</source>
        <translation>証明書に、このコンピューターの信頼する署名がありません。会社が通信を検査している場合は、その証明書をシステムに登録する必要があります。</translation>
    </message>
    <message>
        <source>has a certificate that this computer does not accept.</source>
        <translation>証明書をこのコンピューターが受け入れません。</translation>
    </message>
    <message>
        <source>has a header that cannot be read</source>
        <translation>ヘッダーを読めません</translation>
    </message>
    <message>
        <source>has a header that says nothing usable about {name}</source>
        <translation>ヘッダーに {name} の使える記述がありません</translation>
    </message>
    <message>
        <source>has changed since it was published</source>
        <translation>公開後に変更されています</translation>
    </message>
    <message>
        <source>has tensors that overlap or leave gaps</source>
        <translation>テンソルが重なっているか、隙間があります</translation>
    </message>
    <message>
        <source>holds values in {name} that are no numbers (NaN or infinity)</source>
        <translation>{name} に数でない値（NaN か無限大）があります</translation>
    </message>
    <message>
        <source>holds {name}, which another file of the model holds too</source>
        <translation>{name} を含みますが、モデルの別のファイルにもあります</translation>
    </message>
    <message>
        <source>is a pickle file by another name, which could run programs when opened</source>
        <translation>名前を変えた pickle ファイルで、開くとプログラムが動く恐れがあります</translation>
    </message>
    <message>
        <source>is cut off or is no safetensors file</source>
        <translation>途中で切れているか、safetensors ファイルではありません</translation>
    </message>
    <message>
        <source>is no table of settings</source>
        <translation>設定の表ではありません</translation>
    </message>
    <message>
        <source>is not the model expected here: it also holds {surplus}</source>
        <translation>ここで必要なモデルではありません。余分に {surplus} があります</translation>
    </message>
    <message>
        <source>is not the model expected here: it lacks {absent}</source>
        <translation>ここで必要なモデルではありません。{absent} がありません</translation>
    </message>
    <message>
        <source>is not the model expected here: {sources} is {sizes} where {str} is needed</source>
        <translation>ここで必要なモデルではありません。{sources} が {sizes} ですが、{str} が必要です</translation>
    </message>
    <message>
        <source>is of a kind that is not known here</source>
        <translation>ここでは知られていない種類です</translation>
    </message>
    <message>
        <source>is {size} bytes long where its header says {end}</source>
        <translation>長さが {size} バイトですが、ヘッダーでは {end} です</translation>
    </message>
    <message>
        <source>is {size} bytes long where {size_2} are expected</source>
        <translation>長さが {size} バイトですが、{size_2} のはずです</translation>
    </message>
    <message>
        <source>it comes with Easel, so install Easel again</source>
        <translation>Easel に付属するものなので、Easel をインストールし直してください</translation>
    </message>
    <message>
        <source>it has changed at the source</source>
        <translation>取得元で変更されています</translation>
    </message>
    <message>
        <source>it stopped sending</source>
        <translation>送信が止まりました</translation>
    </message>
    <message>
        <source>it was made smaller because it has too many pixels</source>
        <translation>ピクセル数が多すぎるため縮小されました</translation>
    </message>
    <message>
        <source>its 16 bits per colour were reduced to 8</source>
        <translation>1 色 16 ビットを 8 ビットに減らしました</translation>
    </message>
    <message>
        <source>its colour profile could not be used</source>
        <translation>カラープロファイルを使えませんでした</translation>
    </message>
    <message>
        <source>its colours for print were converted</source>
        <translation>印刷用の色が変換されました</translation>
    </message>
    <message>
        <source>names a file that is no safetensors file beside it</source>
        <translation>隣にある safetensors ではないファイルを指しています</translation>
    </message>
    <message>
        <source>names a tensor twice</source>
        <translation>同じテンソルを 2 回挙げています</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>公開元と照合していません</translation>
    </message>
    <message>
        <source>only its first frame was opened</source>
        <translation>最初のコマだけを開きました</translation>
    </message>
    <message>
        <source>reading what is here</source>
        <translation>ここにある分を読んでいます</translation>
    </message>
    <message>
        <source>resembles an upscaler but does not fit together</source>
        <translation>拡大用モデルに似ていますが、組み合わせが合いません</translation>
    </message>
    <message>
        <source>says 0 for “hidden_size”</source>
        <translation>「hidden_size」が 0 です</translation>
    </message>
    <message>
        <source>says a number for “{key}” that is too large</source>
        <translation>「{key}」の数が大きすぎます</translation>
    </message>
    <message>
        <source>says {is_value} for {name} where {title} has {must_value}</source>
        <translation>{name} が {is_value} ですが、{title} では {must_value} です</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a list belongs</source>
        <translation>「{key}」が {value} ですが、リストのはずです</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a number belongs</source>
        <translation>「{key}」が {value} ですが、数のはずです</translation>
    </message>
    <message>
        <source>says {value} for “{key}”, where a whole number belongs</source>
        <translation>「{key}」が {value} ですが、整数のはずです</translation>
    </message>
    <message>
        <source>stores {name} as whole numbers</source>
        <translation>{name} が整数で保存されています</translation>
    </message>
    <message>
        <source>stores {name} as {dtype}, which no model of this kind uses</source>
        <translation>{name} が {dtype} で保存されていますが、この種のモデルでは使われません</translation>
    </message>
    <message>
        <source>the connection was cut</source>
        <translation>接続が切れました</translation>
    </message>
    <message>
        <source>the disk is full</source>
        <translation>ディスクがいっぱいです</translation>
    </message>
    <message>
        <source>the disk reports an error</source>
        <translation>ディスクがエラーを報告しています</translation>
    </message>
    <message>
        <source>the folder does not exist</source>
        <translation>フォルダーがありません</translation>
    </message>
    <message>
        <source>the name is too long</source>
        <translation>名前が長すぎます</translation>
    </message>
    <message>
        <source>the source cannot continue</source>
        <translation>取得元は途中から続けられません</translation>
    </message>
    <message>
        <source>the system refused it</source>
        <translation>システムが拒否しました</translation>
    </message>
    <message>
        <source>there is no connection</source>
        <translation>接続がありません</translation>
    </message>
    <message>
        <source>this folder may not be written to</source>
        <translation>このフォルダーには書き込めません</translation>
    </message>
    <message>
        <source>waiting for the network</source>
        <translation>ネットワークを待っています</translation>
    </message>
    <message>
        <source>was cut off while it was being read</source>
        <translation>読んでいる間に切り詰められました</translation>
    </message>
    <message>
        <source>{article} {name} of {value} cannot be used; choose from 0 to 1.</source>
        <translation>「{article} {name}」の {value} は使えません。0 から 1 の間で選んでください。</translation>
    </message>
    <message>
        <source>{chosen} candidates cannot be compared; choose 1 to {most_images}.</source>
        <translation>候補 {chosen} 個は比べられません。1 から {most_images} を選んでください。</translation>
    </message>
    <message>
        <source>{count} is too few sampling steps for this model; choose at least {least}.</source>
        <translation>サンプリングステップ {count} は、このモデルには少なすぎます。{least} 以上を選んでください。</translation>
    </message>
    <message>
        <source>{count} pictures cannot be made at once; choose 1 to {most_images}.</source>
        <translation>一度に {count} 枚は作れません。1 から {most_images} を選んでください。</translation>
    </message>
    <message>
        <source>{count} sampling steps do not fit into the {train_steps} noise levels of this model; choose fewer steps.</source>
        <translation>サンプリングステップ {count} は、このモデルの {train_steps} 段のノイズに収まりません。減らしてください。</translation>
    </message>
    <message>
        <source>{error} The damaged one is kept as “{name}”.</source>
        <translation>{error} 壊れたものは「{name}」として残っています。</translation>
    </message>
    <message>
        <source>{folder} could not be moved: {error}. Nothing of it is lost; it is offered again at the next start.</source>
        <translation>{folder} を移動できませんでした: {error}。何も失われていません。次の起動時に再び表示されます。</translation>
    </message>
    <message>
        <source>{kept} of {count} layers of “{name}” were rescued; save them under another name.</source>
        <translation>「{name}」のレイヤー {count} 枚のうち {kept} 枚を救出しました。別の名前で保存してください。</translation>
    </message>
    <message>
        <source>{name} arrived damaged and is fetched again.</source>
        <translation>{name} が壊れて届いたため、もう一度取得します。</translation>
    </message>
    <message>
        <source>{name} arrived damaged twice, so the source itself is damaged; it was not kept. Try again later, or another network or mirror.</source>
        <translation>{name} が 2 回壊れて届いたので、取得元自体が壊れています。残していません。後でもう一度試すか、別のネットワークかミラーを試してください。</translation>
    </message>
    <message>
        <source>{name} could not be written into {parent} ({strerror}). {kept} Check the folder or choose another one, then continue.</source>
        <translation>{name} を {parent} に書き込めませんでした（{strerror}）。{kept} フォルダーを確かめるか別のものを選んで、それから続けてください。</translation>
    </message>
    <message>
        <source>{name} is fetched from its beginning: {why}.</source>
        <translation>{name} を最初から取得します: {why}。</translation>
    </message>
    <message>
        <source>{path} is damaged and not in Easel&apos;s own folder, so Easel leaves it alone. Replace or remove it, then try again.</source>
        <translation>{path} は壊れていますが、Easel 自身のフォルダーにないため、手を付けません。置き換えるか取り除いて、もう一度試してください。</translation>
    </message>
    <message>
        <source>{root} cannot be changed ({strerror}).</source>
        <translation>{root} を変更できません ({strerror})。</translation>
    </message>
    <message>
        <source>{root} cannot be written to ({strerror}); check the folder.</source>
        <translation>{root} に書き込めません ({strerror})。フォルダーを確かめてください。</translation>
    </message>
    <message>
        <source>{steps} {name} cannot be used; choose from 1 to 1000.</source>
        <translation>{steps} の {name} は使えません。1 から 1000 を選んでください。</translation>
    </message>
    <message>
        <source>{title} cannot be used: {name} is not on this computer; {advice}.</source>
        <translation>{title} は使えません: {name} がこのコンピューターにありません。{advice}。</translation>
    </message>
    <message>
        <source>{title} cannot do this kind of work; choose another model.</source>
        <translation>{title} にはこの種の作業ができません。別のモデルを選んでください。</translation>
    </message>
    <message>
        <source>{title} enlarges pictures of up to {largest} pixels a side by itself; choose an upscaler file for this one, or the Starter, which has one.</source>
        <translation>{title} が自分で拡大できるのは一辺 {largest} ピクセルまでです。この画像には拡大用ファイルを選ぶか、拡大できる Starter を選んでください。</translation>
    </message>
    <message>
        <source>{title} has no upscaler of its own; choose an upscaler file, or the Starter, which has one.</source>
        <translation>{title} には自身の拡大用モデルがありません。拡大用ファイルを選ぶか、拡大できる Starter を選んでください。</translation>
    </message>
    <message>
        <source>{what} could not be read, so Easel starts with its defaults; check who may read and write {path}.</source>
        <translation>{what}を読めなかったため、Easel は既定値で始めます。{path} の読み書きの権限を確かめてください。</translation>
    </message>
    <message>
        <source>{what} did not succeed ({reason}). What is here is kept. Check the network and the room on the disk, then continue.</source>
        <translation>{what} に失敗しました ({reason})。ここにあるものは残ります。ネットワークとディスクの空きを確かめてから続けてください。</translation>
    </message>
    <message>
        <source>{what} was damaged or could not be read, so Easel starts with its defaults; the old one is kept as “{name}” in {parent}.</source>
        <translation>{what}が壊れているか読めなかったため、Easel は既定値で始めます。古いものは {parent} に「{name}」として残してあります。</translation>
    </message>
    <message>
        <source>{words} words cannot be listed; choose 0 to 1000.</source>
        <translation>{words} 語は一覧にできません。0 から 1000 を選んでください。</translation>
    </message>
    <message>
        <source>“{archive_name}” does not fit into the memory that is free now; it was not changed. Close other programs, or make it smaller where it was made.</source>
        <translation>「{archive_name}」は今空いているメモリーに収まりません。変更していません。ほかのプログラムを閉じるか、作った場所で小さくしてください。</translation>
    </message>
    <message>
        <source>“{archive_name}” holds more pixels than Easel can open; it was not changed. Open it in the program it was made with and make it smaller.</source>
        <translation>「{archive_name}」は Easel で開けるピクセル数を超えています。変更していません。作ったプログラムで開き、小さくしてください。</translation>
    </message>
    <message>
        <source>“{archive_name}” is no OpenRaster file for Easel; it was not changed. Export it from its program as PNG and open that.</source>
        <translation>「{archive_name}」は Easel で扱える OpenRaster ファイルではありません。変更していません。元のプログラムから PNG で書き出し、それを開いてください。</translation>
    </message>
    <message>
        <source>“{archive_name}” was opened; {reduced_bits}. The file was not changed, and saving makes a new one.</source>
        <translation>「{archive_name}」を開きました。{reduced_bits}。ファイルは変更されておらず、保存すると新しいファイルになります。</translation>
    </message>
    <message>
        <source>“{name}” could not be read from {parent}; check that you may open it, or choose another file.</source>
        <translation>「{name}」を {parent} から読めませんでした。開く権限を確かめるか、別のファイルを選んでください。</translation>
    </message>
    <message>
        <source>“{name}” could not be replaced in {parent}: {error}. It is unchanged, and your picture is whole in “{name_2}” beside it; go on with that, or choose another place.</source>
        <translation>{parent} の「{name}」を置き換えられませんでした: {error}。元のファイルはそのままで、画像はその隣の「{name_2}」にすべて保存されています。それを使うか、別の場所を選んでください。</translation>
    </message>
    <message>
        <source>“{name}” could not be saved in {parent}: {error}. Your picture and any older file are unchanged; choose another place.</source>
        <translation>「{name}」を {parent} に保存できませんでした: {error}。画像と古いファイルはそのままです。別の場所を選んでください。</translation>
    </message>
    <message>
        <source>“{name}” does not say how it was made; your picture is unchanged. Drop it as a layer or into the mix instead.</source>
        <translation>「{name}」には作り方の記録がありません。画像はそのままです。代わりにレイヤーとして、またはミックスにドロップしてください。</translation>
    </message>
    <message>
        <source>“{name}” exists already and is unchanged; choose that very name to replace it, or another one.</source>
        <translation>「{name}」は既にあり、そのままです。置き換えるならその名前を、そうでなければ別の名前を選んでください。</translation>
    </message>
    <message>
        <source>“{name}” exists already in {parent} and is unchanged; choose another name.</source>
        <translation>「{name}」は {parent} に既にあり、そのままです。別の名前を選んでください。</translation>
    </message>
    <message>
        <source>“{name}” has more than {most_layers} layers, or groups more than {deepest} deep, which is more than Easel opens; it was not changed. Merge some of them in the program it was made with.</source>
        <translation>「{name}」はレイヤーが {most_layers} 枚を超えるか、グループの入れ子が {deepest} 段を超えており、Easel で開ける数を超えています。ファイルは変更されていません。作成したプログラムで一部を結合してください。</translation>
    </message>
    <message>
        <source>“{name}” is a folder and no picture; your picture is unchanged. Choose a picture file; a folder with a model is chosen under Generate ▸ Models…</source>
        <translation>「{name}」は画像ではなくフォルダーです。画像はそのままです。画像ファイルを選んでください。モデルのあるフォルダーは、生成 ▸ モデル… で選べます。</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to adjust.</source>
        <translation>「{name}」はグループです。調整するには中のレイヤーを選んでください。</translation>
    </message>
    <message>
        <source>“{name}” is a group; choose one of its layers to paint on.</source>
        <translation>「{name}」はグループです。描くには中のレイヤーを選んでください。</translation>
    </message>
    <message>
        <source>“{name}” is a model and no picture; your picture is unchanged. Choose the folder it is in under Generate ▸ Models…</source>
        <translation>「{name}」は画像ではなくモデルです。画像はそのままです。生成 ▸ モデル… で、それがあるフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>“{name}” is damaged and cannot be opened; your picture is unchanged. Try another copy of the file.</source>
        <translation>「{name}」は壊れていて開けません。画像はそのままです。ファイルの別のコピーを試してください。</translation>
    </message>
    <message>
        <source>“{name}” is damaged: {kept} of its {count} layers can be rescued. The file was not changed; open what is left as a copy, or try another copy of the file.</source>
        <translation>「{name}」は壊れています。レイヤー {count} 枚のうち {kept} 枚を救出できます。ファイルは変更していません。残りをコピーとして開くか、ファイルの別のコピーを試してください。</translation>
    </message>
    <message>
        <source>“{name}” is damaged; only what other programs see of it was opened.</source>
        <translation>「{name}」は壊れています。ほかのプログラムから見える部分だけを開きました。</translation>
    </message>
    <message>
        <source>“{name}” is no project or OpenRaster file, or is damaged beyond rescue; it was not changed. Try another copy of the file.</source>
        <translation>「{name}」はプロジェクトでも OpenRaster ファイルでもないか、救出できないほど壊れています。変更していません。ファイルの別のコピーを試してください。</translation>
    </message>
    <message>
        <source>“{name}” is not a file; choose a picture file.</source>
        <translation>「{name}」はファイルではありません。画像ファイルを選んでください。</translation>
    </message>
    <message>
        <source>“{name}” is not a picture Easel can read; your picture is unchanged. Choose a PNG, JPEG, WebP, BMP or TIFF file.</source>
        <translation>「{name}」は Easel で読める画像ではありません。画像はそのままです。PNG、JPEG、WebP、BMP、TIFF のファイルを選んでください。</translation>
    </message>
    <message>
        <source>“{name}” is not there any more: another program has moved or removed it. Nothing is saved yet; save your picture there again, or under another name.</source>
        <translation>「{name}」はもうありません。別のプログラムが移動または削除しました。まだ何も保存されていません。画像を同じ場所に、または別の名前で保存してください。</translation>
    </message>
    <message>
        <source>“{name}” is not there any more; choose another file.</source>
        <translation>「{name}」はもうそこにありません。別のファイルを選んでください。</translation>
    </message>
    <message>
        <source>“{name}” is too large; your picture is unchanged. Make it smaller than {most_pixels} million pixels and open it again.</source>
        <translation>「{name}」は大きすぎます。画像はそのままです。{most_pixels} 百万ピクセル未満にして、もう一度開いてください。</translation>
    </message>
    <message>
        <source>“{name}” looks like a pickled model, and opening such a file could run any program hidden in it; it was not opened and your picture is unchanged. Get the model as .safetensors and choose its folder under Generate ▸ Models…</source>
        <translation>「{name}」は pickle 形式のモデルのようで、開くと中に隠されたどんなプログラムも動く恐れがあります。開いていません。画像はそのままです。モデルを .safetensors で入手し、生成 ▸ モデル… でそのフォルダーを選んでください。</translation>
    </message>
    <message>
        <source>“{name}” spans {width} × {height} pixels, more than a project holds of one layer; nothing was written. Erase what lies far out in it, or move a part to another layer, and save again.</source>
        <translation>「{name}」は {width} × {height} ピクセルに及び、プロジェクトの 1 レイヤーに入りません。何も書き込まれていません。遠くにあるものを消去するか、一部を別のレイヤーに移して、もう一度保存してください。</translation>
    </message>
    <message>
        <source>“{name}” was changed by another program; only what that program knows was opened.</source>
        <translation>「{name}」は別のプログラムで変更されました。そのプログラムが知っている部分だけを開きました。</translation>
    </message>
    <message>
        <source>“{name}” was made by a later version of Easel; it was not changed. Open it there, or export it there as PNG.</source>
        <translation>「{name}」は新しい版の Easel で作られました。変更していません。その版で開くか、そこから PNG で書き出してください。</translation>
    </message>
    <message>
        <source>“{name}” was opened without what Easel cannot show: {parts}. The file was not changed, and saving makes a new one. To have these parts too, make pixels of them in the program that made them and open the file again.</source>
        <translation>「{name}」を、Easel で表示できないものを除いて開きました：{parts}。ファイルは変更されておらず、保存すると新しいファイルになります。これらも必要なら、作成したプログラムでピクセルに変換してから、もう一度開いてください。</translation>
    </message>
    <message>
        <source>“{name}” was opened, but these layers mix in ways that Easel does not know and are shown as normal: {layers}. The file was not changed, and saving makes a new one. Choose other blend modes here, or merge these layers in the program that made them and open the file again.</source>
        <translation>「{name}」を開きましたが、次のレイヤーは Easel の知らない方法で合成されるため、通常として表示しています：{layers}。ファイルは変更されておらず、保存すると新しいファイルになります。ここで別の描画モードを選ぶか、作成したプログラムでこれらのレイヤーを統合してから、もう一度開いてください。</translation>
    </message>
    <message>
        <source>“{name}” was opened; what it says beside was left out.</source>
        <translation>「{name}」を開きました。ほかに書かれていることは省きました。</translation>
    </message>
    <message>
        <source>“{name}” was opened; {notes}.</source>
        <translation>「{name}」を開きました。{notes}。</translation>
    </message>
</context>
<context>
    <name>EditsPanel</name>
    <message>
        <source>As it was opened</source>
        <translation>開いたときの状態</translation>
    </message>
    <message>
        <source>History of edits, oldest first</source>
        <translation>編集の履歴（古い順）</translation>
    </message>
</context>
<context>
    <name>Exchange</name>
    <message>
        <source>Another place…</source>
        <translation>別の場所…</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>そのままにする</translation>
    </message>
    <message>
        <source>Open a picture</source>
        <translation>画像を開く</translation>
    </message>
    <message>
        <source>Open what is left</source>
        <translation>残りを開く</translation>
    </message>
    <message>
        <source>OpenRaster project</source>
        <translation>OpenRaster プロジェクト</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>貼り付けた画像</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>Save it there again</source>
        <translation>同じ場所に保存</translation>
    </message>
    <message>
        <source>Save over it</source>
        <translation>上書き保存</translation>
    </message>
    <message>
        <source>Save project</source>
        <translation>プロジェクトを保存</translation>
    </message>
    <message>
        <source>Save under another name…</source>
        <translation>別の名前で保存…</translation>
    </message>
</context>
<context>
    <name>ExportWindow</name>
    <message>
        <source>Export</source>
        <translation>書き出し</translation>
    </message>
    <message>
        <source>Export to</source>
        <translation>書き出し先</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>形式</translation>
    </message>
    <message>
        <source>JPEG — small, without transparency</source>
        <translation>JPEG — 小さい、透明部分なし</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>残す</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Name of the file</source>
        <translation>ファイルの名前</translation>
    </message>
    <message>
        <source>Other folder…</source>
        <translation>別のフォルダー…</translation>
    </message>
    <message>
        <source>PNG — without loss, for everything</source>
        <translation>PNG — 可逆、何にでも</translation>
    </message>
    <message>
        <source>PSD — with layers, for Photoshop</source>
        <translation>PSD — レイヤー付き、Photoshop 用</translation>
    </message>
    <message>
        <source>Quality</source>
        <translation>品質</translation>
    </message>
    <message>
        <source>Replace it</source>
        <translation>置き換える</translation>
    </message>
    <message>
        <source>Say in the file how it was made</source>
        <translation>作り方をファイルに記録する</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大きさ</translation>
    </message>
    <message>
        <source>TIFF — without loss, for printing</source>
        <translation>TIFF — 可逆、印刷用</translation>
    </message>
    <message>
        <source>WebP — smaller, with transparency</source>
        <translation>WebP — より小さい、透明部分あり</translation>
    </message>
    <message>
        <source>Without loss</source>
        <translation>可逆圧縮</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} ピクセル</translation>
    </message>
    <message>
        <source>“{name}” is in {folder} already. Replacing it throws the old one away.</source>
        <translation>「{name}」は {folder} に既にあります。置き換えると古いものは失われます。</translation>
    </message>
</context>
<context>
    <name>ExtendWindow</name>
    <message>
        <source>Bottom</source>
        <translation>下</translation>
    </message>
    <message>
        <source>By {share} on each side</source>
        <translation>各辺に {share}</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>広げる</translation>
    </message>
    <message>
        <source>Extend the picture</source>
        <translation>画像を広げる</translation>
    </message>
    <message>
        <source>How far</source>
        <translation>どこまで</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>The picture would not grow; choose a side or other proportions.</source>
        <translation>画像が大きくなりません。辺か別の縦横比を選んでください。</translation>
    </message>
    <message>
        <source>To {name}</source>
        <translation>{name} に</translation>
    </message>
    <message>
        <source>Top</source>
        <translation>上</translation>
    </message>
    <message>
        <source>{width} × {height} pixels, painted in one frame.</source>
        <translation>{width} × {height} ピクセル、1 つのフレームで描きます。</translation>
    </message>
    <message numerus="yes">
        <source>{width} × {height} pixels, painted in {count} frames.</source>
        <translation>
            <numerusform>{width} × {height} ピクセル、{count} つのフレームで描きます。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FailureWindow</name>
    <message>
        <source>Copied</source>
        <translation>コピーしました</translation>
    </message>
    <message>
        <source>Copy the details</source>
        <translation>詳細をコピー</translation>
    </message>
    <message>
        <source>Details of the fault</source>
        <translation>不具合の詳細</translation>
    </message>
    <message>
        <source>Easel found a fault of its own</source>
        <translation>Easel 自身の不具合が見つかりました</translation>
    </message>
    <message>
        <source>Something in Easel went wrong that should not have. Your picture is still open: export it if it matters, then start Easel again. The details below help to mend the fault; they contain no picture.</source>
        <translation>Easel で起きてはならないことが起きました。画像はまだ開いています。大切なら書き出してから、Easel を起動し直してください。下の詳細は不具合を直す助けになります。画像は含まれていません。</translation>
    </message>
</context>
<context>
    <name>FieldsForm</name>
    <message>
        <source>Add</source>
        <translation>追加</translation>
    </message>
    <message>
        <source>Alt turns it round for one drag</source>
        <translation>Alt を押すと 1 回のドラッグだけ逆になります</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>自由</translation>
    </message>
    <message>
        <source>As it is now</source>
        <translation>今のまま</translation>
    </message>
    <message>
        <source>Average over</source>
        <translation>平均する範囲</translation>
    </message>
    <message>
        <source>Below 0 a light hand does more, above 0 less; drag the curve as you like it</source>
        <translation>0 より下では軽い手で強く、上では弱くなります。曲線は好きなようにドラッグできます</translation>
    </message>
    <message>
        <source>Black below</source>
        <translation>黒にする境界</translation>
    </message>
    <message>
        <source>Brightness</source>
        <translation>明るさ</translation>
    </message>
    <message>
        <source>Chalk</source>
        <translation>チョーク</translation>
    </message>
    <message>
        <source>Charcoal</source>
        <translation>木炭</translation>
    </message>
    <message>
        <source>Click each corner; Enter closes the shape</source>
        <translation>角ごとにクリック。Enter で形を閉じます</translation>
    </message>
    <message>
        <source>Connected pixels only</source>
        <translation>つながったピクセルだけ</translation>
    </message>
    <message>
        <source>Darkest</source>
        <translation>最も暗い所</translation>
    </message>
    <message>
        <source>Diameter of the brush</source>
        <translation>ブラシの直径</translation>
    </message>
    <message>
        <source>Distance of two dabs, of the size</source>
        <translation>2 つの点の間隔（大きさに対する割合）</translation>
    </message>
    <message>
        <source>Drag from the colour to the second one</source>
        <translation>その色から 2 つ目の色へドラッグ</translation>
    </message>
    <message>
        <source>Ellipse</source>
        <translation>楕円</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>ぼかし</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>流量</translation>
    </message>
    <message>
        <source>For pens</source>
        <translation>ペン用</translation>
    </message>
    <message>
        <source>Gradient</source>
        <translation>グラデーション</translation>
    </message>
    <message>
        <source>Hardness</source>
        <translation>硬さ</translation>
    </message>
    <message>
        <source>How far a colour may differ in any channel</source>
        <translation>どのチャンネルでも色がどれだけ違ってよいか</translation>
    </message>
    <message>
        <source>How far the line lags behind the hand</source>
        <translation>線が手にどれだけ遅れて付いてくるか</translation>
    </message>
    <message>
        <source>How sharp its rim is</source>
        <translation>縁の鋭さ</translation>
    </message>
    <message>
        <source>How soft the rim is</source>
        <translation>縁の柔らかさ</translation>
    </message>
    <message>
        <source>Hue</source>
        <translation>色相</translation>
    </message>
    <message>
        <source>Intersect</source>
        <translation>共通部分</translation>
    </message>
    <message>
        <source>Lightest</source>
        <translation>最も明るい所</translation>
    </message>
    <message>
        <source>Lightness</source>
        <translation>明度</translation>
    </message>
    <message>
        <source>Look at all layers</source>
        <translation>すべてのレイヤーを見る</translation>
    </message>
    <message>
        <source>Most that one stroke covers</source>
        <translation>1 回のストロークで覆う上限</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新規</translation>
    </message>
    <message>
        <source>Of what lies between them</source>
        <translation>その間にあるもの</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>Pressure curve</source>
        <translation>筆圧カーブ</translation>
    </message>
    <message>
        <source>Pressure sets the opacity</source>
        <translation>筆圧で不透明度を変える</translation>
    </message>
    <message>
        <source>Pressure sets the size</source>
        <translation>筆圧で大きさを変える</translation>
    </message>
    <message>
        <source>Proportions that the frame takes on and keeps</source>
        <translation>フレームが取って保つ縦横比</translation>
    </message>
    <message>
        <source>Radial gradient</source>
        <translation>円形グラデーション</translation>
    </message>
    <message>
        <source>Radius</source>
        <translation>半径</translation>
    </message>
    <message>
        <source>Radius around it</source>
        <translation>そのまわりの半径</translation>
    </message>
    <message>
        <source>Rectangle</source>
        <translation>長方形</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>丸</translation>
    </message>
    <message>
        <source>Saturation</source>
        <translation>彩度</translation>
    </message>
    <message>
        <source>Selection</source>
        <translation>選択範囲</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大きさ</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>手ぶれ補正</translation>
    </message>
    <message>
        <source>Snap to the grid and to edges</source>
        <translation>グリッドと縁に吸着</translation>
    </message>
    <message>
        <source>Spacing</source>
        <translation>間隔</translation>
    </message>
    <message>
        <source>Straight sides</source>
        <translation>直線の辺</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>強さ</translation>
    </message>
    <message>
        <source>Subtract</source>
        <translation>除外</translation>
    </message>
    <message>
        <source>These levels become black</source>
        <translation>この明るさが黒になります</translation>
    </message>
    <message>
        <source>These levels become white</source>
        <translation>この明るさが白になります</translation>
    </message>
    <message>
        <source>Tip</source>
        <translation>先端</translation>
    </message>
    <message>
        <source>To black or white</source>
        <translation>黒か白へ</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>許容値</translation>
    </message>
    <message>
        <source>Turns all colours</source>
        <translation>すべての色相を回します</translation>
    </message>
    <message>
        <source>What a new selection does to the old one: Shift adds, Alt subtracts, both intersect</source>
        <translation>新しい選択範囲が前のものに何をするか: Shift で追加、Alt で除外、両方で共通部分</translation>
    </message>
    <message>
        <source>What black becomes</source>
        <translation>黒が何になるか</translation>
    </message>
    <message>
        <source>What each dab adds</source>
        <translation>1 つの点が加える量</translation>
    </message>
    <message>
        <source>What one dab looks like</source>
        <translation>1 つの点の見え方</translation>
    </message>
    <message>
        <source>What white becomes</source>
        <translation>白が何になるか</translation>
    </message>
    <message>
        <source>White above</source>
        <translation>白にする境界</translation>
    </message>
</context>
<context>
    <name>FilmPanel</name>
    <message>
        <source>Animated GIF</source>
        <translation>アニメーション GIF</translation>
    </message>
    <message>
        <source>Animated WebP</source>
        <translation>アニメーション WebP</translation>
    </message>
    <message>
        <source>Begin and end with the very pictures</source>
        <translation>最初と最後をその画像そのものにする</translation>
    </message>
    <message>
        <source>Film saved to {path}</source>
        <translation>フィルムを {path} に保存しました</translation>
    </message>
    <message>
        <source>Folder of PNG frames</source>
        <translation>PNG のコマのフォルダー</translation>
    </message>
    <message>
        <source>Frames</source>
        <translation>コマ</translation>
    </message>
    <message>
        <source>Frames of the film</source>
        <translation>フィルムのコマ</translation>
    </message>
    <message>
        <source>Milliseconds for each frame</source>
        <translation>1 コマのミリ秒数</translation>
    </message>
    <message>
        <source>Number of frames</source>
        <translation>コマの数</translation>
    </message>
    <message>
        <source>Pace</source>
        <translation>速さ</translation>
    </message>
    <message>
        <source>Paint the film</source>
        <translation>フィルムを描く</translation>
    </message>
    <message>
        <source>Recover the noise of both pictures; both have to be pictures</source>
        <translation>両方の画像のノイズを取り出します。両方とも画像である必要があります</translation>
    </message>
    <message>
        <source>Save the film</source>
        <translation>フィルムを保存</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Swap both ends</source>
        <translation>両端を入れ替える</translation>
    </message>
    <message>
        <source>The film</source>
        <translation>フィルム</translation>
    </message>
    <message>
        <source>The film plays here</source>
        <translation>フィルムはここで再生されます</translation>
    </message>
    <message>
        <source>There and back</source>
        <translation>往復</translation>
    </message>
    <message>
        <source>Where the film begins</source>
        <translation>フィルムの始まり</translation>
    </message>
    <message>
        <source>Where the film ends</source>
        <translation>フィルムの終わり</translation>
    </message>
</context>
<context>
    <name>FilterRow</name>
    <message>
        <source>All pictures</source>
        <translation>すべての画像</translation>
    </message>
    <message>
        <source>Best agreement</source>
        <translation>一致度の高い順</translation>
    </message>
    <message>
        <source>By meaning</source>
        <translation>意味で</translation>
    </message>
    <message>
        <source>Collection</source>
        <translation>コレクション</translation>
    </message>
    <message>
        <source>Compare the pictures themselves with what you write, not their words</source>
        <translation>画像の言葉ではなく、画像そのものを書いた内容と比べます</translation>
    </message>
    <message>
        <source>Describe what you look for: red boats at dusk</source>
        <translation>探しているものを説明: 夕暮れの赤い船</translation>
    </message>
    <message>
        <source>Favourites only</source>
        <translation>お気に入りのみ</translation>
    </message>
    <message>
        <source>Near duplicates in stacks</source>
        <translation>ほぼ同じものを重ねる</translation>
    </message>
    <message>
        <source>Newest first</source>
        <translation>新しい順</translation>
    </message>
    <message>
        <source>Oldest first</source>
        <translation>古い順</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>順序</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>検索</translation>
    </message>
    <message>
        <source>Search the words of your pictures</source>
        <translation>画像の言葉を検索</translation>
    </message>
    <message>
        <source>Trash</source>
        <translation>ゴミ箱</translation>
    </message>
</context>
<context>
    <name>FollowRow</name>
    <message>
        <source>0: the prompt alone says what is painted. 100, or no prompt at all: the rest of the picture does, or the picture put in here</source>
        <translation>0：プロンプトだけが何を描くかを決めます。100、またはプロンプトなし：残りの画像か、ここに入れた画像が決めます</translation>
    </message>
    <message>
        <source>Follow</source>
        <translation>倣う</translation>
    </message>
    <message>
        <source>How far new parts take after it</source>
        <translation>新しい部分がそれにどれだけ似るか</translation>
    </message>
    <message>
        <source>New parts take after pictures; write words into the prompt instead.</source>
        <translation>新しい部分は画像に倣います。言葉はプロンプトに書いてください。</translation>
    </message>
    <message>
        <source>The &amp;rest of the picture</source>
        <translation>画像の残り(&amp;R)</translation>
    </message>
    <message>
        <source>There is nothing to fill; mask, select or erase something first.</source>
        <translation>埋めるところがありません。まずマスク、選択、または消去をしてください。</translation>
    </message>
    <message>
        <source>What new parts take after</source>
        <translation>新しい部分が倣うもの</translation>
    </message>
</context>
<context>
    <name>FrameLabel</name>
    <message>
        <source>overlap {share} %</source>
        <translation>重なり {share} %</translation>
    </message>
</context>
<context>
    <name>Gallery</name>
    <message>
        <source>, not like {count}</source>
        <translation>、{count} 枚には似ていない</translation>
    </message>
    <message>
        <source>1 picture</source>
        <translation>1 枚</translation>
    </message>
    <message>
        <source>Bring back prompt, seed, frame and mask</source>
        <translation>プロンプト、シード、フレーム、マスクを呼び戻す</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>破棄</translation>
    </message>
    <message>
        <source>Discarded; bring 1 picture back</source>
        <translation>破棄しました。1 枚を元に戻す</translation>
    </message>
    <message numerus="yes">
        <source>Discarded; bring {count} pictures back</source>
        <translation>
            <numerusform>破棄しました。{count} 枚を元に戻す</numerusform>
        </translation>
    </message>
    <message>
        <source>Every picture you make is kept here, in
{folder}

Write a prompt above and press Generate, or drop picture files here.</source>
        <translation>作った画像はすべてここに残ります:
{folder}

上にプロンプトを書いて「生成」を押すか、画像ファイルをここにドロップしてください。</translation>
    </message>
    <message>
        <source>Favourite</source>
        <translation>お気に入り</translation>
    </message>
    <message>
        <source>Keep away from what it shows</source>
        <translation>写っているものから遠ざける</translation>
    </message>
    <message>
        <source>Like {count} chosen</source>
        <translation>選んだ {count} 枚に似ている</translation>
    </message>
    <message>
        <source>Make again</source>
        <translation>もう一度作る</translation>
    </message>
    <message>
        <source>Mark as a favourite (F)</source>
        <translation>お気に入りにする (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>ミックス</translation>
    </message>
    <message>
        <source>More like it</source>
        <translation>似たものをもっと</translation>
    </message>
    <message>
        <source>Nearest in meaning first</source>
        <translation>意味の近い順</translation>
    </message>
    <message>
        <source>New pictures of the same idea</source>
        <translation>同じアイデアの新しい画像</translation>
    </message>
    <message>
        <source>No picture has these words</source>
        <translation>その言葉の画像はありません</translation>
    </message>
    <message>
        <source>No picture has these words; these are nearest in meaning</source>
        <translation>その言葉の画像はありません。意味の近いものを表示しています</translation>
    </message>
    <message>
        <source>No picture here can be compared: other models made them.</source>
        <translation>ここには比べられる画像がありません。別のモデルで作られています。</translation>
    </message>
    <message>
        <source>Not like it</source>
        <translation>これとは違うもの</translation>
    </message>
    <message>
        <source>Nothing here. Change what you look for, or show all pictures.</source>
        <translation>何もありません。検索の内容を変えるか、すべての画像を表示してください。</translation>
    </message>
    <message>
        <source>Open stack</source>
        <translation>重なりを開く</translation>
    </message>
    <message>
        <source>Paint the very same picture again</source>
        <translation>まったく同じ画像をもう一度描く</translation>
    </message>
    <message>
        <source>Paint what lies between these, or between this and the prompt</source>
        <translation>これらの間、またはこれとプロンプトの間にあるものを描く</translation>
    </message>
    <message>
        <source>Pictures of one stack</source>
        <translation>1 つの重なりの画像</translation>
    </message>
    <message>
        <source>Put into the trash for 30 days (Del)</source>
        <translation>30 日間ゴミ箱に入れる (Del)</translation>
    </message>
    <message>
        <source>Put it onto the canvas as a layer (Enter)</source>
        <translation>レイヤーとしてキャンバスに置く (Enter)</translation>
    </message>
    <message>
        <source>Put it onto the mixing desk, to be weighed there</source>
        <translation>ミキサーに置いて、そこで重みを付ける</translation>
    </message>
    <message>
        <source>Relatives of a picture</source>
        <translation>画像の親類</translation>
    </message>
    <message>
        <source>Save a copy of its file elsewhere</source>
        <translation>ファイルのコピーを別の場所に保存</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>See all that this stack holds</source>
        <translation>この重なりに含まれるものをすべて見る</translation>
    </message>
    <message>
        <source>Sort all pictures by how near they are</source>
        <translation>すべての画像を近い順に並べる</translation>
    </message>
    <message>
        <source>The trash is empty.</source>
        <translation>ゴミ箱は空です。</translation>
    </message>
    <message>
        <source>To canvas</source>
        <translation>キャンバスへ</translation>
    </message>
    <message>
        <source>To desk</source>
        <translation>ミキサーへ</translation>
    </message>
    <message>
        <source>Use settings</source>
        <translation>設定を使う</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>変化させる</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures</source>
        <translation>
            <numerusform>{count} 枚の画像</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>GalleryDetails</name>
    <message>
        <source>Agreement with its words {share}</source>
        <translation>言葉との一致度 {share}</translation>
    </message>
    <message>
        <source>Seed {seed}</source>
        <translation>シード {seed}</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} ピクセル</translation>
    </message>
</context>
<context>
    <name>GalleryGrid</name>
    <message>
        <source>Pictures of the gallery</source>
        <translation>ギャラリーの画像</translation>
    </message>
</context>
<context>
    <name>GalleryModel</name>
    <message>
        <source>Picture {number}</source>
        <translation>画像 {number}</translation>
    </message>
    <message>
        <source>{prompt}, a stack of {count}</source>
        <translation>{prompt}、{count} 枚の重なり</translation>
    </message>
</context>
<context>
    <name>GalleryPage</name>
    <message>
        <source>Another folder…</source>
        <translation type="unfinished">別のフォルダー…</translation>
    </message>
    <message>
        <source>Bring back</source>
        <translation>元に戻す</translation>
    </message>
    <message numerus="yes">
        <source>Delete {count} for good?</source>
        <translation>
            <numerusform>{count} 枚を完全に削除しますか？</numerusform>
        </translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>破棄</translation>
    </message>
    <message>
        <source>Empty the trash</source>
        <translation>ゴミ箱を空にする</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>お知らせ</translation>
    </message>
    <message>
        <source>PNG picture</source>
        <translation>PNG 画像</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>コピーを保存</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>すべて表示</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>元に戻す</translation>
    </message>
    <message>
        <source>What is shown</source>
        <translation>表示しているもの</translation>
    </message>
</context>
<context>
    <name>GalleryVerbs</name>
    <message>
        <source>Picture of the gallery</source>
        <translation>ギャラリーの画像</translation>
    </message>
</context>
<context>
    <name>Guide</name>
    <message>
        <source>4 more paints further ones, Vary paints variations of the chosen one. Drag tiles to the canvas, into a mix, or out of the window. The tray is saved with the project.</source>
        <translation>「もう 4 枚」でさらに描き、「変化させる」で選んだ画像のバリエーションを描きます。タイルはキャンバスやミックスへ、またはウィンドウの外へドラッグできます。トレイはプロジェクトと一緒に保存されます。</translation>
    </message>
    <message>
        <source>A prompt is written already: press Enter and it is painted, on this computer and without a network. Write your own over it, or drop or paste a picture.</source>
        <translation>プロンプトはもう書かれています。Enter を押すと、このコンピューターだけで、ネットワークなしに描かれます。上から自分の言葉を書くか、画像をドロップまたは貼り付けてください。</translation>
    </message>
    <message>
        <source>Below each picture: variations, open on the canvas (Enter), mix, mark as a favourite (F), save. The number in its corner is how well it agrees with the prompt, 1 at most.</source>
        <translation>各画像の下: バリエーション、キャンバスで開く (Enter)、ミックス、お気に入りにする (F)、保存。隅の数字はプロンプトとの一致の度合いで、最大 1 です。</translation>
    </message>
    <message>
        <source>Choose in the tray</source>
        <translation>トレイで選ぶ</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. When it ended before you saved, the next start shows what there is, with a small picture: open it and go on.</source>
        <translation>Easel は操作のたびに保存していない作業の控えを取ります。保存する前に終わってしまったときは、次の起動で残っているものが小さな画像とともに示されます。開いて続けてください。</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation type="unfinished">拡大</translation>
    </message>
    <message>
        <source>Enter in the prompt while something is painted queues the next run. The button beside the progress shows the queue: change its order, take runs out, pause it. Cancel (Esc) stops at once and forgets what waits.</source>
        <translation>描いている間にプロンプトで Enter を押すと、次の実行がキューに入ります。進み具合の横のボタンでキューを表示し、順番の変更、取り出し、一時停止ができます。キャンセル (Esc) はすぐに止め、待っているものを忘れます。</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation>消して言葉で描く</translation>
    </message>
    <message>
        <source>Find it again</source>
        <translation>もう一度見つける</translation>
    </message>
    <message>
        <source>Five things are ready on the first page and in the menu Help: erase and describe, past the edge, a mix, a rewording and a panorama. They run on the Starter, the small model that comes with Easel; Generate ▸ Models… has larger ones.</source>
        <translation>最初のページとヘルプ メニューに 5 つの例が用意されています。消して言葉で描く、端の向こうへ、ミックス、言い換え、パノラマ。Easel に付属の小さなモデル Starter で動きます。大きなモデルは 生成 ▸ モデル… にあります。</translation>
    </message>
    <message>
        <source>Frame ▸ Extend the picture… plans frames around it, by a share or to proportions. They are painted one after the other, each as one step that undo takes back; Cancel stops, and what is painted stays.</source>
        <translation>フレーム ▸ 画像を広げる… は、割合または縦横比に合わせて周りにフレームを計画します。1 つずつ描かれ、それぞれ 1 回の操作として元に戻せます。キャンセルで止まり、描いたものは残ります。</translation>
    </message>
    <message>
        <source>Get a larger model</source>
        <translation>より大きなモデルを入手する</translation>
    </message>
    <message>
        <source>In the panel Vary a lock stands beside each slider. The lock of Meaning keeps the idea and puts it into another picture; the lock of Layout keeps where things are and puts another idea there. A second click opens it again.</source>
        <translation>「変化させる」パネルには、各スライダーの横にロックがあります。「意味」のロックはアイデアを保って別の画像にし、「構図」のロックは物の位置を保って別のアイデアを置きます。もう一度クリックすると開きます。</translation>
    </message>
    <message>
        <source>Let things wait</source>
        <translation>順番を待たせる</translation>
    </message>
    <message>
        <source>Look at many ideas first</source>
        <translation>まず多くのアイデアを見る</translation>
    </message>
    <message>
        <source>Looks (F9) draws many ideas for the prompt in a few steps, with their agreement. Click those you want, and only these are painted in full.</source>
        <translation>「ラフ」(F9) は、プロンプトのアイデアを少ないステップで数多く、一致の度合いとともに描きます。欲しいものをクリックすると、それだけが最後まで描かれます。</translation>
    </message>
    <message>
        <source>Make a film</source>
        <translation>フィルムを作る</translation>
    </message>
    <message>
        <source>Make again paints the very same picture; Use settings brings back prompt and seed. Discarded pictures stay in the trash for thirty days. A picture file that Easel wrote brings its settings back when you drop it on the canvas, on the card Use its settings.</source>
        <translation>「もう一度作る」はまったく同じ画像を描き、「設定を使う」はプロンプトとシードを戻します。破棄した画像は 30 日間ごみ箱に残ります。Easel が書いた画像ファイルは、キャンバスの「設定を使う」のカードにドロップすると設定を戻せます。</translation>
    </message>
    <message>
        <source>Make new pictures</source>
        <translation>新しい画像を作る</translation>
    </message>
    <message>
        <source>Mix ideas</source>
        <translation>アイデアをミックスする</translation>
    </message>
    <message>
        <source>Move the frame (F) over the edge of the picture. What is empty in it is painted, the rest stays; the label says how much of the frame overlaps the picture.</source>
        <translation>フレームを (F) 画像の端の向こうへ動かします。中の空いた部分が描かれ、残りはそのままです。ラベルは、フレームのどれだけが画像と重なるかを示します。</translation>
    </message>
    <message>
        <source>Near duplicates in stacks, the switch beside the trash, shows one picture for all of nearly the same idea, with their number; Open stack shows them.</source>
        <translation>ごみ箱の横のスイッチ「ほぼ同じものを重ねる」は、ほぼ同じアイデアの画像を 1 枚にまとめ、その枚数を示します。「重なりを開く」ですべてを表示します。</translation>
    </message>
    <message>
        <source>Of {red|blue} every picture draws one word by chance. Pictures says how many are painted, up to ten; a closed lock keeps the seed, and the same prompt and seed give the same picture again.</source>
        <translation>{red|blue} では画像ごとに言葉が一つ無作為に選ばれます。「画像」は描く枚数で、10 枚まで。ロックを閉じるとシードが保たれ、同じプロンプトと同じシードからは同じ画像ができます。</translation>
    </message>
    <message>
        <source>On the page Create (F3) write what you would like to see and press Enter. The dice button writes an idea, the palette adds a style, the crossed circle opens a line for what to avoid, and the clock lists earlier prompts (Alt+Up, Alt+Down).</source>
        <translation>「作成」のページ (F3) で見たいものを書いて Enter を押します。さいころはアイデアを書き、パレットは画風を加え、斜線付きの円は避けたいものの行を開き、時計は以前のプロンプトを一覧します (Alt+↑、Alt+↓)。</translation>
    </message>
    <message>
        <source>On the page Film (F8) put a picture at both ends: drop it, or click the place. Paint the film paints what lies between them; it plays in the middle, and its frames lie in the tray too.</source>
        <translation>「フィルム」のページ (F8) で、両端に画像を置きます。ドロップするか、その場所をクリックしてください。「フィルムを描く」でその間が描かれ、中央で再生されます。コマはトレイにも入ります。</translation>
    </message>
    <message>
        <source>Pace says how long each frame is seen. Save… writes an animated GIF or WebP, or a folder of frames.</source>
        <translation>「速さ」は各コマを表示する長さです。「保存…」はアニメーション GIF か WebP、またはコマのフォルダーを書き出します。</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation>端の向こうへ</translation>
    </message>
    <message>
        <source>Press Q and paint over what is to go with the brush (B), or select it, or erase it (E). Write what is to be there and press Enter: the button says Fill.</source>
        <translation>Q を押し、なくしたいものをブラシ (B) で塗るか、選択するか、消します (E)。そこに置きたいものを書いて Enter を押します。ボタンには「塗りつぶし」と出ます。</translation>
    </message>
    <message>
        <source>Put pictures, words and results on the mixing desk (F6): drop them, or click an empty well. Each has a weight, which may lead away from it, and can be muted or heard alone. The point on the pad moves between the first four; the preview follows.</source>
        <translation>画像、言葉、結果をミキサー (F6) に置きます。ドロップするか、空の枠をクリックします。それぞれに重みがあり、遠ざけることも、ミュートやソロにすることもできます。パッドの点は最初の 4 つの間を動き、プレビューが追います。</translation>
    </message>
    <message>
        <source>Reword a picture</source>
        <translation>画像を言い換える</translation>
    </message>
    <message>
        <source>Say from what to what (F7). The strip shows the way in five pictures, so that you see where it goes wrong; the slider says how far to go. Several changes can be stacked, and the composition can be kept.</source>
        <translation>何から何へかを書きます (F7)。帯は道のりを 5 枚の画像で示すので、どこで崩れるかが分かります。スライダーはどこまで進むかを決めます。変更はいくつも重ねられ、構図を保つこともできます。</translation>
    </message>
    <message>
        <source>Style and subject apart gives each idea two weights: what it shows, and how it is painted. With no weight for the style of one and none for the subject of another, the one is painted in the manner of the other.</source>
        <translation>「スタイルと題材を別々に」では、アイデアごとに何を描くかとどう描くかの二つの重みがあります。一方のスタイルと他方の題材をなくすと、前者が後者の描き方で描かれます。</translation>
    </message>
    <message>
        <source>The candidates are shown in place. Hold the backslash key to look at the original, and press Enter to accept one. It becomes a layer; the panel Result changes its feather, growth and colours afterwards, or paints it again.</source>
        <translation>候補はその場に表示されます。バックスラッシュ キーを押している間は元の画像が見え、Enter で 1 つを受け入れます。それはレイヤーになり、後から「結果」パネルでぼかし、拡張、色を変えたり、描き直したりできます。</translation>
    </message>
    <message>
        <source>The first start</source>
        <translation>最初の起動</translation>
    </message>
    <message>
        <source>The gallery (F4) keeps every finished picture with prompt, seed, model and idea. Search by words, or by meaning; More like it sorts all of them by nearness to what is chosen, Not like it leads away.</source>
        <translation>ギャラリー (F4) は、完成した画像をプロンプト、シード、モデル、アイデアとともに残します。言葉でも意味でも検索できます。「似たものをもっと」は選んだものに近い順に並べ、「これとは違うもの」はそこから離れます。</translation>
    </message>
    <message>
        <source>The page of Generate ▸ Models… says of each model what it can do, how large it is, its licence, and what this computer needs for it. Get shows the licence before the first byte; a download can be paused and goes on after a restart.</source>
        <translation>「生成 ▸ モデル…」のページは、各モデルについて、できること、大きさ、ライセンス、このコンピューターに必要なものを示します。「入手」は最初の 1 バイトの前にライセンスを示します。ダウンロードは一時停止でき、再起動の後も続けられます。</translation>
    </message>
    <message>
        <source>The panel Vary and the menu Generate enlarge a layer, or all of the picture, twice or four times. In the tray the slider shows before and after beside each other on the canvas.</source>
        <translation>「変化させる」パネルと「生成」メニューで、レイヤーまたは画像全体を 2 倍か 4 倍に拡大します。トレイのスライダーは、キャンバス上で前と後を並べて見せます。</translation>
    </message>
    <message>
        <source>The panel Vary paints variations of the chosen picture, of a layer or of all that is seen. Meaning says how far the idea may drift, Layout how far things may move.</source>
        <translation>「変化させる」パネルは、選んだ画像、レイヤー、または見えているもの全体のバリエーションを描きます。「意味」はアイデアがどこまで離れてよいか、「構図」は物がどこまで動いてよいかです。</translation>
    </message>
    <message>
        <source>The tray lies at the frame. Left and Right choose, Enter accepts, Shift+Enter keeps the picture as a layer and leaves the others, Delete discards it, Esc rejects all. The first tile is the original.</source>
        <translation>トレイはフレームのそばにあります。左右キーで選び、Enter で受け入れ、Shift+Enter で画像をレイヤーとして残してほかも残し、Delete で破棄し、Esc ですべて断ります。最初のタイルは元の画像です。</translation>
    </message>
    <message>
        <source>The two locks</source>
        <translation>2 つのロック</translation>
    </message>
    <message>
        <source>Unsaved work</source>
        <translation>保存していない作業</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>バリエーション</translation>
    </message>
    <message>
        <source>What has failed is put aside there, and Try again puts it back. When you look elsewhere, title and task bar tell that pictures are ready.</source>
        <translation>失敗したものはそこに取り置かれ、「もう一度試す」で戻ります。よそを見ている間は、タイトルとタスクバーが画像の完成を知らせます。</translation>
    </message>
    <message>
        <source>What you discard, or close without saving, can be found for thirty days under File ▸ Recover…. Beside a project lie its last three versions.</source>
        <translation>破棄したもの、保存せずに閉じたものは、30 日間「ファイル ▸ 復元…」で見つかります。プロジェクトの隣には直近の 3 つの版があります。</translation>
    </message>
    <message>
        <source>With I have the files a folder is used where it lies. Verify reads every file again, Save space keeps a copy of half the size, and Remove frees the room. On Linux, Use my NVIDIA card builds an engine for the card in your own folder.</source>
        <translation>「ファイルを持っている」では、フォルダーを今の場所のまま使います。「検証」はすべてのファイルを読み直し、「容量を節約」は半分の大きさの写しを残し、「取り除く」は場所を空けます。Linux では「NVIDIA カードを使う」が、カード用のエンジンを自分のフォルダーに作ります。</translation>
    </message>
    <message>
        <source>With the lasso (L) draw around an area, or click its corners and press Enter. Shift adds to what is selected, Alt takes away.</source>
        <translation>投げ縄 (L) で範囲を囲むように描くか、角をクリックして Enter を押します。Shift で選択範囲に追加し、Alt で取り除きます。</translation>
    </message>
</context>
<context>
    <name>GuideWindow</name>
    <message>
        <source>Guide</source>
        <translation>ガイド</translation>
    </message>
    <message>
        <source>Page of the guide</source>
        <translation>ガイドのページ</translation>
    </message>
    <message>
        <source>Pages of the guide</source>
        <translation>ガイドのページ一覧</translation>
    </message>
    <message>
        <source>What to do</source>
        <translation>やること</translation>
    </message>
</context>
<context>
    <name>Hints</name>
    <message>
        <source>Put pictures and words into the wells, then move the sliders or the point on the pad; the preview follows.</source>
        <translation>画像と言葉を枠に入れ、スライダーかパッドの点を動かしてください。プレビューが追います。</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture: Extend paints what is empty in it. Leave enough overlap, so that the model sees what to continue.</source>
        <translation>フレームが画像の外に出ています。「広げる」で中の空いた部分を描きます。続きが分かるように、十分に重ねておいてください。</translation>
    </message>
    <message>
        <source>You paint the mask now: what is covered is painted anew when you press Fill. Q leaves it.</source>
        <translation>今はマスクを描いています。「塗りつぶし」を押すと、覆った部分が描き直されます。Q で終わります。</translation>
    </message>
</context>
<context>
    <name>IdeasPages</name>
    <message>
        <source>Film</source>
        <translation>フィルム</translation>
    </message>
    <message>
        <source>Looks</source>
        <translation>ラフ</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>ミックス</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>道</translation>
    </message>
    <message>
        <source>Reword</source>
        <translation>言い換え</translation>
    </message>
    <message>
        <source>Ways to work with ideas</source>
        <translation>アイデアの使い方</translation>
    </message>
</context>
<context>
    <name>Invitation</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>または、すぐに試せるもの:</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Accept it</source>
        <translation>採用する</translation>
    </message>
    <message>
        <source>Add to the selection</source>
        <translation>選択範囲に追加</translation>
    </message>
    <message>
        <source>Alt in a drag</source>
        <translation>ドラッグ中に Alt</translation>
    </message>
    <message>
        <source>Alt+right drag</source>
        <translation>Alt+右ドラッグ</translation>
    </message>
    <message>
        <source>Around the middle</source>
        <translation>中心から</translation>
    </message>
    <message>
        <source>As if it had not begun</source>
        <translation>始めなかったことにする</translation>
    </message>
    <message>
        <source>Change keys</source>
        <translation>キーを変更</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>キーを変更…</translation>
    </message>
    <message>
        <source>Choose a picture</source>
        <translation>画像を選ぶ</translation>
    </message>
    <message>
        <source>Close a polygon, crop, transform</source>
        <translation>多角形を閉じる、切り抜き、変形</translation>
    </message>
    <message>
        <source>Ctrl+click, Alt+click</source>
        <translation>Ctrl+クリック、Alt+クリック</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>削除</translation>
    </message>
    <message>
        <source>Discard it</source>
        <translation>破棄する</translation>
    </message>
    <message>
        <source>Double click, F2</source>
        <translation>ダブルクリック、F2</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter</translation>
    </message>
    <message>
        <source>Enter, double click</source>
        <translation>Enter、ダブルクリック</translation>
    </message>
    <message>
        <source>Erase</source>
        <translation>消す</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Esc in a drag</source>
        <translation>ドラッグ中に Esc</translation>
    </message>
    <message>
        <source>Find a key or a gesture</source>
        <translation>キーや操作を探す</translation>
    </message>
    <message>
        <source>Frame and layers</source>
        <translation>フレームとレイヤー</translation>
    </message>
    <message>
        <source>Getting about</source>
        <translation>移動と表示</translation>
    </message>
    <message>
        <source>Keep it as a layer</source>
        <translation>レイヤーとして残す</translation>
    </message>
    <message>
        <source>Keep what is in both</source>
        <translation>両方にある部分を残す</translation>
    </message>
    <message>
        <source>Keys and gestures</source>
        <translation>キーと操作</translation>
    </message>
    <message>
        <source>Keys of {scheme}</source>
        <translation>{scheme} のキー</translation>
    </message>
    <message>
        <source>Look at the original</source>
        <translation>元の画像を見る</translation>
    </message>
    <message>
        <source>Move the view</source>
        <translation>表示を移動</translation>
    </message>
    <message>
        <source>Move the view, zoom, turn</source>
        <translation>表示の移動、拡大縮小、回転</translation>
    </message>
    <message>
        <source>New line</source>
        <translation>改行</translation>
    </message>
    <message>
        <source>No key and no gesture is called that.</source>
        <translation>その名前のキーや操作はありません。</translation>
    </message>
    <message>
        <source>Nudge by one pixel</source>
        <translation>1 ピクセル動かす</translation>
    </message>
    <message>
        <source>Nudge the frame by 64, a layer by 10</source>
        <translation>フレームを 64、レイヤーを 10 動かす</translation>
    </message>
    <message>
        <source>Other end of the pen</source>
        <translation>ペンの反対側</translation>
    </message>
    <message>
        <source>Paint</source>
        <translation>描く</translation>
    </message>
    <message>
        <source>Painting</source>
        <translation>描画</translation>
    </message>
    <message>
        <source>Pictures in the tray</source>
        <translation>トレイの画像</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>プロンプト</translation>
    </message>
    <message>
        <source>Reject all</source>
        <translation>すべて却下</translation>
    </message>
    <message>
        <source>Rename a layer</source>
        <translation>レイヤー名を変更</translation>
    </message>
    <message>
        <source>Selecting</source>
        <translation>選択</translation>
    </message>
    <message>
        <source>Shift in a drag</source>
        <translation>ドラッグ中に Shift</translation>
    </message>
    <message>
        <source>Size and hardness of the brush</source>
        <translation>ブラシの大きさと硬さ</translation>
    </message>
    <message>
        <source>Size of the brush</source>
        <translation>ブラシの大きさ</translation>
    </message>
    <message>
        <source>Space+drag, middle drag</source>
        <translation>スペース+ドラッグ、中ボタンでドラッグ</translation>
    </message>
    <message>
        <source>Square or circle</source>
        <translation>正方形か円</translation>
    </message>
    <message>
        <source>Straight line from the last stroke</source>
        <translation>前のストロークから直線</translation>
    </message>
    <message>
        <source>Subtract from the selection</source>
        <translation>選択範囲から除外</translation>
    </message>
    <message>
        <source>Take a colour</source>
        <translation>色を取る</translation>
    </message>
    <message>
        <source>Two fingers, pinch</source>
        <translation>2 本指、ピンチ</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>何をお探しですか？</translation>
    </message>
    <message>
        <source>Wheel, Ctrl+wheel</source>
        <translation>ホイール、Ctrl+ホイール</translation>
    </message>
    <message>
        <source>Without snapping</source>
        <translation>吸着しない</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>拡大率</translation>
    </message>
    <message>
        <source>Zoom at the pointer</source>
        <translation>ポインターの位置で拡大縮小</translation>
    </message>
</context>
<context>
    <name>KeysWindow</name>
    <message>
        <source>As in the scheme</source>
        <translation>配列の既定に戻す</translation>
    </message>
    <message>
        <source>Choose a verb, then press its new key.</source>
        <translation>コマンドを選び、新しいキーを押してください。</translation>
    </message>
    <message>
        <source>Find a verb or a key</source>
        <translation>コマンドかキーを探す</translation>
    </message>
    <message>
        <source>Give it to “{name}”</source>
        <translation>「{name}」に割り当てる</translation>
    </message>
    <message>
        <source>Key {number}</source>
        <translation>キー {number}</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>キー</translation>
    </message>
    <message>
        <source>Keys of</source>
        <translation>キー配列</translation>
    </message>
    <message>
        <source>Keys of “{name}”</source>
        <translation>「{name}」のキー</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>そのままにする</translation>
    </message>
    <message>
        <source>Restore all</source>
        <translation>すべて元に戻す</translation>
    </message>
    <message>
        <source>Scheme</source>
        <translation>配列</translation>
    </message>
    <message>
        <source>The wheel scrolls, with Ctrl or Alt it zooms</source>
        <translation>ホイールでスクロール、Ctrl か Alt と一緒で拡大縮小</translation>
    </message>
    <message>
        <source>Verb</source>
        <translation>コマンド</translation>
    </message>
    <message>
        <source>Verbs</source>
        <translation>コマンド</translation>
    </message>
    <message>
        <source>{key} belongs to “{owner}”, which would have it no longer.</source>
        <translation>{key} は「{owner}」のキーです。割り当てるとそちらでは使えなくなります。</translation>
    </message>
</context>
<context>
    <name>LayerModel</name>
    <message>
        <source>%1, hidden</source>
        <translation>%1、非表示</translation>
    </message>
</context>
<context>
    <name>LayerRow</name>
    <message>
        <source>locked</source>
        <translation>ロック中</translation>
    </message>
    <message>
        <source>mask</source>
        <translation>マスク</translation>
    </message>
    <message>
        <source>painting the mask</source>
        <translation>マスクを描画中</translation>
    </message>
    <message>
        <source>result</source>
        <translation>結果</translation>
    </message>
    <message>
        <source>transparency locked</source>
        <translation>透明部分をロック中</translation>
    </message>
</context>
<context>
    <name>LayersPanel</name>
    <message>
        <source>Blend mode of the layer</source>
        <translation>レイヤーの描画モード</translation>
    </message>
    <message>
        <source>Blend modes</source>
        <translation>描画モード</translation>
    </message>
    <message>
        <source>How the layer mixes with what is below</source>
        <translation>下のレイヤーとの混ざり方</translation>
    </message>
    <message>
        <source>Layers, top layer first</source>
        <translation>レイヤー（上から順）</translation>
    </message>
    <message>
        <source>Lock the layer</source>
        <translation>レイヤーをロック</translation>
    </message>
    <message>
        <source>Lock transparency</source>
        <translation>透明部分をロック</translation>
    </message>
    <message>
        <source>Mode</source>
        <translation>モード</translation>
    </message>
    <message>
        <source>Opacity</source>
        <translation>不透明度</translation>
    </message>
    <message>
        <source>Opacity of the layer</source>
        <translation>レイヤーの不透明度</translation>
    </message>
    <message>
        <source>Space shows or hides a layer, F2 renames it, drag reorders</source>
        <translation>スペースで表示/非表示、F2 で名前を変更、ドラッグで並べ替え</translation>
    </message>
</context>
<context>
    <name>LicenceWindow</name>
    <message>
        <source>Agree and download</source>
        <translation>同意してダウンロード</translation>
    </message>
    <message>
        <source>Easel downloads it when you agree; this is asked once.</source>
        <translation>同意すると Easel がダウンロードします。確認は一度だけです。</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>ライセンス</translation>
    </message>
    <message>
        <source>Licence of {title}</source>
        <translation>{title} のライセンス</translation>
    </message>
    <message>
        <source>Not now</source>
        <translation>後で</translation>
    </message>
    <message>
        <source>{title} is published under {licence}.</source>
        <translation>{title} は {licence} で公開されています。</translation>
    </message>
</context>
<context>
    <name>LooksPanel</name>
    <message>
        <source>As they came</source>
        <translation>届いた順</translation>
    </message>
    <message>
        <source>Every idea is painted in a few steps; choose before the long work begins</source>
        <translation>どのアイデアも少ないステップで描かれます。時間のかかる作業の前に選んでください</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>アイデア</translation>
    </message>
    <message>
        <source>Ideas for the prompt</source>
        <translation>プロンプトのアイデア</translation>
    </message>
    <message>
        <source>Look at ideas</source>
        <translation>アイデアを見る</translation>
    </message>
    <message>
        <source>Looking for ideas…</source>
        <translation>アイデアを探しています…</translation>
    </message>
    <message>
        <source>Number of ideas</source>
        <translation>アイデアの数</translation>
    </message>
    <message>
        <source>Order of the ideas</source>
        <translation>アイデアの順序</translation>
    </message>
    <message>
        <source>Paint the chosen ones</source>
        <translation>選んだものを描く</translation>
    </message>
    <message>
        <source>The best match first</source>
        <translation>よく合う順</translation>
    </message>
    <message>
        <source>The number is how well an idea agrees with the prompt, 1 at most</source>
        <translation>数はアイデアがプロンプトにどれだけ合うかを示します。最大は 1 です</translation>
    </message>
    <message>
        <source>The widest range first</source>
        <translation>幅の広い順</translation>
    </message>
    <message>
        <source>“{prompt}”: click those you want, then paint them</source>
        <translation>「{prompt}」: ほしいものをクリックして、描いてください</translation>
    </message>
</context>
<context>
    <name>MessageBar</name>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>このメッセージを閉じる</translation>
    </message>
</context>
<context>
    <name>MixPanel</name>
    <message>
        <source>A new place in the mix</source>
        <translation>ミックスの新しい場所</translation>
    </message>
    <message>
        <source>A second place in the mix</source>
        <translation>ミックスの二つ目の場所</translation>
    </message>
    <message>
        <source>Drop pictures into the places, click them, or type:</source>
        <translation>場所に画像をドロップするか、クリックするか、入力してください:</translation>
    </message>
    <message>
        <source>How ideas are mixed</source>
        <translation>アイデアの混ぜ方</translation>
    </message>
    <message>
        <source>Pad between the first four ideas</source>
        <translation>最初の 4 つのアイデアの間のパッド</translation>
    </message>
    <message>
        <source>Paint the mix</source>
        <translation>ミックスを描く</translation>
    </message>
    <message>
        <source>Preview of the mix</source>
        <translation>ミックスのプレビュー</translation>
    </message>
    <message>
        <source>Round the sphere</source>
        <translation>球面に沿って</translation>
    </message>
    <message>
        <source>Round the sphere keeps the strength of an idea; the straight sum, Kandinsky&apos;s own way, grows weaker between ideas that are far apart</source>
        <translation>球面に沿うとアイデアの強さが保たれます。単純な和は Kandinsky 本来の方法で、遠く離れたアイデアの間では弱くなります</translation>
    </message>
    <message>
        <source>Straight sum</source>
        <translation>単純な和</translation>
    </message>
    <message>
        <source>Style and subject apart</source>
        <translation>スタイルと題材を別々に</translation>
    </message>
    <message>
        <source>The mix shows here while you look for it</source>
        <translation>探している間、ミックスがここに表示されます</translation>
    </message>
    <message>
        <source>Two weights for each idea: what it shows, and how it is painted. Style is what lies along words for styles; the pad weighs the subjects</source>
        <translation>アイデアごとに重みが二つ: 何を描くかと、どう描くか。スタイルとは、スタイルを表す言葉に沿う部分です。パッドは題材の重みを変えます</translation>
    </message>
    <message>
        <source>Words to put into the mix</source>
        <translation>ミックスに入れる言葉</translation>
    </message>
    <message>
        <source>or type, and press Enter</source>
        <translation>または入力して Enter</translation>
    </message>
</context>
<context>
    <name>Model</name>
    <message>
        <source>Starter draws emoji-like pictures; it cannot do photographs or text</source>
        <translation>Starter は絵文字のような絵を描きます。写真や文字は描けません</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Cancel…</source>
        <translation>キャンセル…</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>続ける</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation>入手…</translation>
    </message>
    <message>
        <source>I have the files…</source>
        <translation>ファイルを持っている…</translation>
    </message>
    <message>
        <source>Licence…</source>
        <translation>ライセンス…</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>一時停止</translation>
    </message>
    <message>
        <source>Progress of {title}</source>
        <translation>{title} の進み具合</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>取り除く…</translation>
    </message>
    <message>
        <source>Save space…</source>
        <translation>容量を節約…</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>使う</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>検証</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>; kept as smaller copies</source>
        <translation>。小さいコピーで保存</translation>
    </message>
    <message>
        <source>; painted at {side} and enlarged</source>
        <translation>。{side} で描いて拡大</translation>
    </message>
    <message>
        <source>; {free} free on this disk</source>
        <translation>。このディスクの空き {free}</translation>
    </message>
    <message>
        <source>about {need} for the largest part (estimate); {free} free now</source>
        <translation>最大の部品に約 {need}（推定）。現在の空き {free}</translation>
    </message>
    <message>
        <source>about {time} for a picture here (estimate; it may be two or three times off)</source>
        <translation>ここでは 1 枚に約 {time}（推定。2～3 倍ずれることがあります）</translation>
    </message>
    <message>
        <source>comes with Easel</source>
        <translation>Easel に付属</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>破損</translation>
    </message>
    <message>
        <source>damaged, {left} to get again</source>
        <translation>破損、{left} の再取得が必要</translation>
    </message>
    <message>
        <source>damaged: get it again, only the damaged file is fetched</source>
        <translation>破損: もう一度入手してください。壊れたファイルだけを取得します</translation>
    </message>
    <message>
        <source>damaged: install Easel again</source>
        <translation>破損: Easel をもう一度インストールしてください</translation>
    </message>
    <message>
        <source>enlarging</source>
        <translation>拡大</translation>
    </message>
    <message>
        <source>filling and extending</source>
        <translation>穴埋めと拡張</translation>
    </message>
    <message>
        <source>incomplete: {share} %, {left} to go</source>
        <translation>未完了: {share} %、残り {left}</translation>
    </message>
    <message>
        <source>little; it runs on any machine</source>
        <translation>わずか。どのコンピューターでも動きます</translation>
    </message>
    <message>
        <source>mixes</source>
        <translation>ミックス</translation>
    </message>
    <message>
        <source>none yet</source>
        <translation>まだありません</translation>
    </message>
    <message>
        <source>not on this computer</source>
        <translation>このコンピューターにありません</translation>
    </message>
    <message>
        <source>not verified against the publisher</source>
        <translation>公開元と照合していません</translation>
    </message>
    <message>
        <source>not yet verified here</source>
        <translation>ここではまだ検証していません</translation>
    </message>
    <message>
        <source>nothing to download</source>
        <translation>ダウンロードするものはありません</translation>
    </message>
    <message>
        <source>paint one picture with the Starter, then Easel can estimate it</source>
        <translation>Starter で 1 枚描くと、Easel が推定できます</translation>
    </message>
    <message>
        <source>painting over</source>
        <translation>描き直し</translation>
    </message>
    <message>
        <source>paths between pictures</source>
        <translation>画像の間の道筋</translation>
    </message>
    <message>
        <source>pictures from words</source>
        <translation>言葉から画像</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>準備完了</translation>
    </message>
    <message>
        <source>rewording</source>
        <translation>言い換え</translation>
    </message>
    <message>
        <source>search by meaning</source>
        <translation>意味による検索</translation>
    </message>
    <message>
        <source>variations</source>
        <translation>バリエーション</translation>
    </message>
    <message>
        <source>verified against the publisher</source>
        <translation>公開元と照合済み</translation>
    </message>
    <message>
        <source>{side} × {side} pixels, or another shape of that area</source>
        <translation>{side} × {side} ピクセル、または同じ面積の別の形</translation>
    </message>
    <message numerus="yes">
        <source>{size} in {count} files</source>
        <translation>
            <numerusform>{count} 個のファイルで {size}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelsWindow</name>
    <message>
        <source> (accepted)</source>
        <translation>（同意済み）</translation>
    </message>
    <message>
        <source>A folder in which models are looked for; its files are used in place.</source>
        <translation>モデルを探すフォルダー。中のファイルはその場で使われます。</translation>
    </message>
    <message>
        <source>A folder with models</source>
        <translation>モデルのあるフォルダー</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>フォルダーを追加…</translation>
    </message>
    <message>
        <source>Can do</source>
        <translation>できること</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>ダウンロード</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>ファイル</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>残す</translation>
    </message>
    <message>
        <source>Keep {title} as smaller copies? They take about half of {size}. Numbers are rounded to bfloat16, so pictures come out a little different on machines that compute in float32; the published files are deleted and could only be downloaded again.</source>
        <translation>{title} を小さいコピーで残しますか？ {size} の約半分になります。数は bfloat16 に丸められるため、float32 で計算する機械では画像が少し変わります。公開元のファイルは削除され、元に戻すにはダウンロードが必要です。</translation>
    </message>
    <message>
        <source>Leave it</source>
        <translation>そのままにする</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>外す</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>ライセンス</translation>
    </message>
    <message>
        <source>Made from {title}; its files are used in place.</source>
        <translation>{title} から作られています。そのファイルはその場で使われます。</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>メモリー</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>ミラー</translation>
    </message>
    <message>
        <source>Mirror and proxy</source>
        <translation>ミラーとプロキシ</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>モデル</translation>
    </message>
    <message>
        <source>Packages</source>
        <translation>パッケージ</translation>
    </message>
    <message>
        <source>Paints</source>
        <translation>描く大きさ</translation>
    </message>
    <message>
        <source>Proxy</source>
        <translation>プロキシ</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>取り除く</translation>
    </message>
    <message>
        <source>Remove {title} from this computer? {size} are deleted from Easel&apos;s own folder; files of yours elsewhere stay. It can be downloaded again.</source>
        <translation>{title} をこのコンピューターから取り除きますか？ Easel 自身のフォルダーから {size} を削除します。ほかの場所にあるファイルは残ります。もう一度ダウンロードできます。</translation>
    </message>
    <message>
        <source>Save space</source>
        <translation>容量を節約</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>時間</translation>
    </message>
    <message>
        <source>Token</source>
        <translation>トークン</translation>
    </message>
    <message>
        <source>damaged</source>
        <translation>破損</translation>
    </message>
    <message>
        <source>damaged: {file}; put a sound copy in its place</source>
        <translation>破損: {file}。正常なコピーに置き換えてください</translation>
    </message>
    <message>
        <source>https address instead of the publisher&apos;s</source>
        <translation>公開元の代わりに使う https アドレス</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>index for the engine on an NVIDIA card, instead of the usual one</source>
        <translation>NVIDIA カード用エンジンのインデックス (通常のものの代わり)</translation>
    </message>
    <message>
        <source>instead of the system&apos;s</source>
        <translation>システムの設定の代わり</translation>
    </message>
    <message>
        <source>needs the rest of {title}</source>
        <translation>{title} の残りの部分が必要です</translation>
    </message>
    <message>
        <source>only where the publisher asks for one; it is not stored</source>
        <translation>公開元が求める場合だけ。保存されません</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>準備完了</translation>
    </message>
    <message>
        <source>searched</source>
        <translation>検索対象</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>開始しています</translation>
    </message>
</context>
<context>
    <name>NavigatorPanel</name>
    <message>
        <source>Navigator: the whole picture and the part in view</source>
        <translation>ナビゲーター: 画像全体と表示中の部分</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message>
        <source>A run has failed</source>
        <translation>実行に失敗しました</translation>
    </message>
    <message numerus="yes">
        <source>{count} pictures are ready</source>
        <translation>
            <numerusform>{count} 枚の画像ができました</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OfferBar</name>
    <message>
        <source>Do not show this again</source>
        <translation>今後は表示しない</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); here a picture would take roughly {time}.</source>
        <translation>大きく細かい画像には {title} ({size} GB、{licence}) があります。ここでは 1 枚におよそ {time} かかります。</translation>
    </message>
    <message>
        <source>For large, detailed pictures there is {title} ({size} GB, {licence}); this computer would need longer for it.</source>
        <translation>大きく細かい画像には {title} ({size} GB、{licence}) があります。このコンピューターでは時間が長くかかります。</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>モデル…</translation>
    </message>
    <message>
        <source>Show the models</source>
        <translation>モデルを表示</translation>
    </message>
</context>
<context>
    <name>Pad</name>
    <message>
        <source>Drag the point: the nearer to a corner, the more of what lies there</source>
        <translation>点をドラッグ: 角に近いほど、そこにあるものが多くなります</translation>
    </message>
    <message>
        <source>Two ideas make a pad</source>
        <translation>アイデアが 2 つあるとパッドになります</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Canvas</source>
        <translation>キャンバス</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>作成</translation>
    </message>
    <message>
        <source>Gallery</source>
        <translation>ギャラリー</translation>
    </message>
</context>
<context>
    <name>PathPanel</name>
    <message>
        <source>1 is the first result, 2 the second; in between lies what is meant between</source>
        <translation>1 は最初の結果、2 は次の結果。その間には中間の意味があります</translation>
    </message>
    <message>
        <source>Near {number}: {name}</source>
        <translation>{number} の近く：{name}</translation>
    </message>
    <message>
        <source>Paint from here</source>
        <translation>ここから描く</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Place on the line</source>
        <translation>線上の位置</translation>
    </message>
    <message>
        <source>Results of this project, the oldest first</source>
        <translation>このプロジェクトの結果、古い順</translation>
    </message>
    <message>
        <source>What is meant there</source>
        <translation>そこでの意味</translation>
    </message>
    <message>
        <source>What is meant there shows here</source>
        <translation>そこでの意味がここに表示されます</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <source>, a favourite</source>
        <translation>、お気に入り</translation>
    </message>
    <message>
        <source>, agreement with the prompt {share}</source>
        <translation>、プロンプトとの一致 {share}</translation>
    </message>
    <message>
        <source>, in the gallery&apos;s trash</source>
        <translation>、ギャラリーのゴミ箱の中</translation>
    </message>
    <message>
        <source>Picture {number}, not finished</source>
        <translation>画像 {number}、未完成</translation>
    </message>
    <message>
        <source>Picture {number}, seed {seed}</source>
        <translation>画像 {number}、シード {seed}</translation>
    </message>
    <message>
        <source>in the trash</source>
        <translation>ゴミ箱内</translation>
    </message>
</context>
<context>
    <name>PlanView</name>
    <message>
        <source>The picture and the planned frames</source>
        <translation>画像と予定のフレーム</translation>
    </message>
</context>
<context>
    <name>ProgressLine</name>
    <message>
        <source>Progress of the run</source>
        <translation>実行の進み具合</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>開始しています…</translation>
    </message>
    <message>
        <source>What the run is doing</source>
        <translation>実行中の作業</translation>
    </message>
    <message>
        <source>What this model can do</source>
        <translation>このモデルにできること</translation>
    </message>
    <message numerus="yes">
        <source>{count} more to come</source>
        <translation>
            <numerusform>残り {count} 枚</numerusform>
        </translation>
    </message>
    <message>
        <source>{minutes} min {seconds} s left</source>
        <translation>残り {minutes} 分 {seconds} 秒</translation>
    </message>
    <message>
        <source>{seconds} s left</source>
        <translation>残り {seconds} 秒</translation>
    </message>
</context>
<context>
    <name>PromptList</name>
    <message>
        <source>No prompt has these words.</source>
        <translation>その言葉のプロンプトはありません。</translation>
    </message>
    <message>
        <source>Search your prompts</source>
        <translation>プロンプトを検索</translation>
    </message>
    <message>
        <source>Your prompts</source>
        <translation>あなたのプロンプト</translation>
    </message>
</context>
<context>
    <name>PromptPanel</name>
    <message>
        <source>&amp;Pictures</source>
        <translation>枚数(&amp;P)</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>キャンセル</translation>
    </message>
    <message>
        <source>Choose another seed and keep it</source>
        <translation>別のシードを選んで固定する</translation>
    </message>
    <message>
        <source>Continue the picture into the empty part of the frame; the rest stays</source>
        <translation>フレームの空いた部分に画像を続けます。残りはそのままです</translation>
    </message>
    <message>
        <source>Ctrl+Enter, or Enter in the prompt</source>
        <translation>Ctrl+Enter、またはプロンプトで Enter</translation>
    </message>
    <message>
        <source>Describe the picture you want</source>
        <translation>描きたい画像を説明してください</translation>
    </message>
    <message>
        <source>Describe what belongs here, or leave this empty to go by the rest</source>
        <translation>ここに入るものを書くか、空のままで残りに倣います</translation>
    </message>
    <message>
        <source>Every run takes a new seed; click to keep this one</source>
        <translation>実行ごとに新しいシードを使います。クリックするとこれを固定します</translation>
    </message>
    <message>
        <source>Extend</source>
        <translation>広げる</translation>
    </message>
    <message>
        <source>Fill</source>
        <translation>埋める</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>How many pictures one run makes (1–10)</source>
        <translation>1 回に作る枚数（1～10）</translation>
    </message>
    <message>
        <source>How much of the picture in the frame may go: 0 keeps it, 100 ignores it</source>
        <translation>フレームの画像をどれだけ変えてよいか: 0 で保ち、100 で無視します</translation>
    </message>
    <message>
        <source>Keep this seed</source>
        <translation>このシードを固定</translation>
    </message>
    <message>
        <source>Landscape 3 : 2</source>
        <translation>横長 3 : 2</translation>
    </message>
    <message>
        <source>Landscape 4 : 3</source>
        <translation>横長 4 : 3</translation>
    </message>
    <message>
        <source>New seed</source>
        <translation>新しいシード</translation>
    </message>
    <message>
        <source>Nothing is masked: paint all of the frame anew, as far as Strength says</source>
        <translation>マスクがありません: フレーム全体を「強さ」に従って描き直します</translation>
    </message>
    <message>
        <source>Number of pictures</source>
        <translation>画像の枚数</translation>
    </message>
    <message>
        <source>Paint over</source>
        <translation>描き直す</translation>
    </message>
    <message>
        <source>Paint the whole frame from the prompt</source>
        <translation>フレーム全体をプロンプトから描く</translation>
    </message>
    <message>
        <source>Paint what is masked, selected or empty in the frame; the rest stays</source>
        <translation>フレームの中でマスク、選択、または空いている部分を描きます。残りはそのままです</translation>
    </message>
    <message>
        <source>Portrait 2 : 3</source>
        <translation>縦長 2 : 3</translation>
    </message>
    <message>
        <source>Portrait 3 : 4</source>
        <translation>縦長 3 : 4</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>プロンプト</translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation>シード(&amp;D)</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>シード</translation>
    </message>
    <message>
        <source>Shape</source>
        <translation>形</translation>
    </message>
    <message>
        <source>Shape of the picture</source>
        <translation>画像の形</translation>
    </message>
    <message>
        <source>Square</source>
        <translation>正方形</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>停止 (Esc)</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>強さ</translation>
    </message>
    <message>
        <source>Strength of painting over</source>
        <translation>描き直しの強さ</translation>
    </message>
    <message>
        <source>Surprise me</source>
        <translation>おまかせ</translation>
    </message>
    <message>
        <source>Surprise me: write an idea here</source>
        <translation>おまかせ: ここにアイデアを書き込みます</translation>
    </message>
    <message>
        <source>Tall 9 : 16</source>
        <translation>縦長 9 : 16</translation>
    </message>
    <message>
        <source>The same prompt and seed give the same picture</source>
        <translation>同じプロンプトと同じシードからは同じ画像ができます</translation>
    </message>
    <message>
        <source>The seed is kept; click for a new one with every run</source>
        <translation>シードは固定されています。クリックすると実行ごとに新しくなります</translation>
    </message>
    <message>
        <source>Wide 16 : 9</source>
        <translation>横長 16 : 9</translation>
    </message>
</context>
<context>
    <name>PromptTools</name>
    <message>
        <source>Avoid</source>
        <translation>避ける</translation>
    </message>
    <message>
        <source>Avoid: say what the picture should keep away from</source>
        <translation>避ける: 画像に入れたくないものを書く</translation>
    </message>
    <message>
        <source>Clip art</source>
        <translation>クリップアート</translation>
    </message>
    <message>
        <source>Earlier prompts</source>
        <translation>以前のプロンプト</translation>
    </message>
    <message>
        <source>Earlier prompts (Alt+Up, Alt+Down)</source>
        <translation>以前のプロンプト (Alt+↑、Alt+↓)</translation>
    </message>
    <message>
        <source>Film still</source>
        <translation>映画の一場面</translation>
    </message>
    <message>
        <source>Flat</source>
        <translation>フラット</translation>
    </message>
    <message>
        <source>Gouache</source>
        <translation>ガッシュ</translation>
    </message>
    <message>
        <source>Line drawing</source>
        <translation>線画</translation>
    </message>
    <message>
        <source>No style</source>
        <translation>スタイルなし</translation>
    </message>
    <message>
        <source>Oil painting</source>
        <translation>油絵</translation>
    </message>
    <message>
        <source>Paper cut</source>
        <translation>切り絵</translation>
    </message>
    <message>
        <source>Pencil</source>
        <translation>鉛筆</translation>
    </message>
    <message>
        <source>Photograph</source>
        <translation>写真</translation>
    </message>
    <message>
        <source>Pixel art</source>
        <translation>ピクセルアート</translation>
    </message>
    <message>
        <source>Stained glass</source>
        <translation>ステンドグラス</translation>
    </message>
    <message>
        <source>Style</source>
        <translation>スタイル</translation>
    </message>
    <message>
        <source>Style: write a way of painting behind the prompt</source>
        <translation>スタイル: 描き方をプロンプトの後ろに書き足す</translation>
    </message>
    <message>
        <source>Watercolour</source>
        <translation>水彩</translation>
    </message>
    <message>
        <source>What the picture should not show</source>
        <translation>画像に入れたくないもの</translation>
    </message>
    <message>
        <source>Woodcut</source>
        <translation>木版画</translation>
    </message>
</context>
<context>
    <name>QueuePanel</name>
    <message>
        <source>Earlier</source>
        <translation>先に</translation>
    </message>
    <message>
        <source>Enlarging</source>
        <translation>拡大中</translation>
    </message>
    <message>
        <source>Forget them</source>
        <translation>履歴を消す</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>再開</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>後に</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>ミックス</translation>
    </message>
    <message>
        <source>Not painted</source>
        <translation>描かれませんでした</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>一時停止</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>一時停止中</translation>
    </message>
    <message numerus="yes">
        <source>Paused; {count} waiting</source>
        <translation>
            <numerusform>一時停止中。{count} 件待機</numerusform>
        </translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>Queue</source>
        <translation>キュー</translation>
    </message>
    <message>
        <source>Take it out</source>
        <translation>取り出す</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>もう一度試す</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>バリエーション</translation>
    </message>
    <message>
        <source>What waits</source>
        <translation>待っているもの</translation>
    </message>
    <message>
        <source>What waits to be painted</source>
        <translation>描かれるのを待っているもの</translation>
    </message>
    <message numerus="yes">
        <source>{count} waiting</source>
        <translation>
            <numerusform>{count} 件待機</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoveryCard</name>
    <message>
        <source>1 layer</source>
        <translation>レイヤー 1 枚</translation>
    </message>
    <message>
        <source>A picture without a name</source>
        <translation>名前のない画像</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>破棄</translation>
    </message>
    <message>
        <source>Easel ended while it was reading this; it may do so again.</source>
        <translation>これを読んでいる間に Easel が終了しました。また起こるかもしれません。</translation>
    </message>
    <message>
        <source>No preview</source>
        <translation>プレビューなし</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>開く</translation>
    </message>
    <message>
        <source>Preview of {name}</source>
        <translation>{name} のプレビュー</translation>
    </message>
    <message>
        <source>Today, {clock}</source>
        <translation>今日 {clock}</translation>
    </message>
    <message>
        <source>Yesterday, {clock}</source>
        <translation>昨日 {clock}</translation>
    </message>
    <message>
        <source>kept for {days} more days</source>
        <translation>あと {days} 日残ります</translation>
    </message>
    <message>
        <source>{day}, {clock}</source>
        <translation>{day} {clock}</translation>
    </message>
    <message>
        <source>{layers}, changed since it was saved</source>
        <translation>{layers}、保存後に変更あり</translation>
    </message>
    <message>
        <source>{layers}, never saved</source>
        <translation>{layers}、未保存</translation>
    </message>
    <message>
        <source>{n} layers</source>
        <translation>レイヤー {n} 枚</translation>
    </message>
    <message>
        <source>“{prompt}”</source>
        <translation>「{prompt}」</translation>
    </message>
</context>
<context>
    <name>RecoveryPages</name>
    <message>
        <source>A folder for the copy of unsaved work</source>
        <translation>未保存の作業のコピーを置くフォルダー</translation>
    </message>
    <message>
        <source>Another folder…</source>
        <translation>別のフォルダー…</translation>
    </message>
    <message>
        <source>Save the project…</source>
        <translation>プロジェクトを保存…</translation>
    </message>
</context>
<context>
    <name>RecoveryWindow</name>
    <message>
        <source>Close</source>
        <translation>閉じる</translation>
    </message>
    <message>
        <source>Decide later</source>
        <translation>後で決める</translation>
    </message>
    <message>
        <source>Easel ended before this was saved</source>
        <translation>これを保存する前に Easel が終了しました</translation>
    </message>
    <message>
        <source>Easel keeps unsaved work after every action. What was discarded, or closed without saving, stays here for 30 days.</source>
        <translation>Easel は操作のたびに保存していない作業の控えを取ります。破棄したもの、保存せずに閉じたものは 30 日間ここに残ります。</translation>
    </message>
    <message>
        <source>Open what you want to go on with. What you discard can still be found for 30 days, under File ▸ Recover.</source>
        <translation>続けたいものを開いてください。破棄したものも 30 日間は「ファイル」▸「復元」で見つかります。</translation>
    </message>
    <message>
        <source>Recover</source>
        <translation>復元</translation>
    </message>
    <message>
        <source>There is nothing to recover</source>
        <translation>復元するものはありません</translation>
    </message>
    <message>
        <source>Work that was not saved</source>
        <translation>保存していない作業</translation>
    </message>
</context>
<context>
    <name>Remedies</name>
    <message>
        <source>Another seed</source>
        <translation>別のシード</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">キャンセル</translation>
    </message>
    <message>
        <source>Get it again…</source>
        <translation>もう一度入手…</translation>
    </message>
    <message>
        <source>Get…</source>
        <translation type="unfinished">入手…</translation>
    </message>
    <message>
        <source>Half the guidance</source>
        <translation>ガイダンスを半分に</translation>
    </message>
    <message>
        <source>Locate…</source>
        <translation>場所を指定…</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation type="unfinished">モデル…</translation>
    </message>
    <message>
        <source>Offload (2× slower)</source>
        <translation>オフロード (2 倍遅い)</translation>
    </message>
    <message>
        <source>Paint on the processor</source>
        <translation>プロセッサーで描く</translation>
    </message>
    <message>
        <source>Paint with the Starter</source>
        <translation>Starter で描く</translation>
    </message>
    <message>
        <source>Retry at {side} × {side}</source>
        <translation>{side} × {side} で再試行</translation>
    </message>
    <message>
        <source>Run anyway</source>
        <translation>そのまま実行</translation>
    </message>
    <message>
        <source>Test device</source>
        <translation type="unfinished">デバイスを試す</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished">もう一度試す</translation>
    </message>
    <message>
        <source>Use {side} × {side}</source>
        <translation>{side} × {side} にする</translation>
    </message>
</context>
<context>
    <name>ReshapeWindow</name>
    <message>
        <source>Apply</source>
        <translation type="unfinished">適用</translation>
    </message>
</context>
<context>
    <name>ResultCard</name>
    <message>
        <source>Favourite</source>
        <translation>お気に入り</translation>
    </message>
    <message>
        <source>Mark it as a favourite in the gallery (F)</source>
        <translation>ギャラリーでお気に入りにする (F)</translation>
    </message>
    <message>
        <source>Mix</source>
        <translation>ミックス</translation>
    </message>
    <message>
        <source>Mix: put it onto the mixing desk</source>
        <translation>ミックス: ミキサーに置く</translation>
    </message>
    <message>
        <source>New pictures like this one, as far away as the panel Vary says</source>
        <translation>これに似た新しい画像（どれだけ離すかは「変化」パネルの設定に従います）</translation>
    </message>
    <message>
        <source>Open on canvas</source>
        <translation>キャンバスで開く</translation>
    </message>
    <message>
        <source>Open on canvas: put it there as a layer (Enter)</source>
        <translation>キャンバスで開く: レイヤーとして置く (Enter)</translation>
    </message>
    <message>
        <source>Save a copy of its file</source>
        <translation>ファイルのコピーを保存</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Variations</source>
        <translation>バリエーション</translation>
    </message>
</context>
<context>
    <name>ResultPanel</name>
    <message>
        <source>Again with these settings</source>
        <translation>この設定でもう一度</translation>
    </message>
    <message>
        <source>Choose a layer to see how it was made.</source>
        <translation>レイヤーを選ぶと、どのように作られたかがわかります。</translation>
    </message>
    <message>
        <source>Colour match</source>
        <translation>色合わせ</translation>
    </message>
    <message>
        <source>Colours</source>
        <translation>色</translation>
    </message>
    <message>
        <source>Enlarges the filled part, or makes it smaller</source>
        <translation>埋めた部分を広げる、または狭める</translation>
    </message>
    <message>
        <source>Feather</source>
        <translation>ぼかし</translation>
    </message>
    <message>
        <source>Grow</source>
        <translation>拡張</translation>
    </message>
    <message>
        <source>Growth of the mask</source>
        <translation>マスクの拡張</translation>
    </message>
    <message>
        <source>How far new and old pixels fade together</source>
        <translation>新しいピクセルと古いピクセルがどれだけ溶け合うか</translation>
    </message>
    <message>
        <source>How far the new pixels take on the colours around them</source>
        <translation>新しいピクセルがまわりの色にどれだけ合わせるか</translation>
    </message>
    <message>
        <source>Keeps the layer as it looks and forgets what it came from</source>
        <translation>見た目のままレイヤーを残し、由来を忘れます</translation>
    </message>
    <message>
        <source>Make ordinary</source>
        <translation>普通のレイヤーにする</translation>
    </message>
    <message>
        <source>Merge down</source>
        <translation>下のレイヤーと結合</translation>
    </message>
    <message>
        <source>Paints once more by the same words; what you accept takes its place</source>
        <translation>同じ言葉でもう一度描きます。採用したものが置き換わります</translation>
    </message>
    <message>
        <source>“{name}” fills its frame, so it has no seam.</source>
        <translation>「{name}」はフレーム全体を埋めているため、継ぎ目がありません。</translation>
    </message>
    <message>
        <source>“{name}” was filled in; its seam can still be changed.</source>
        <translation>「{name}」は埋めた部分です。継ぎ目はまだ変えられます。</translation>
    </message>
    <message>
        <source>“{name}” was not made by the engine, so it has no seam.</source>
        <translation>「{name}」はエンジンで作られていないため、継ぎ目がありません。</translation>
    </message>
</context>
<context>
    <name>RewordPanel</name>
    <message>
        <source>Another change</source>
        <translation>変更を追加</translation>
    </message>
    <message>
        <source>Changes</source>
        <translation>変更</translation>
    </message>
    <message>
        <source>Click a picture to go exactly that far</source>
        <translation>画像をクリックすると、ちょうどそこまで変えます</translation>
    </message>
    <message>
        <source>Keep the composition</source>
        <translation>構図を保つ</translation>
    </message>
    <message>
        <source>Paint from the picture&apos;s own noise, so that shapes stay where they are</source>
        <translation>画像自身のノイズから描き、形を元の場所に保ちます</translation>
    </message>
    <message>
        <source>Paint the change</source>
        <translation>変更を描く</translation>
    </message>
    <message>
        <source>The picture to reword</source>
        <translation>言い換える画像</translation>
    </message>
    <message>
        <source>The picture to reword: click or drop</source>
        <translation>言い換える画像: クリックまたはドロップ</translation>
    </message>
    <message>
        <source>The way from 0 to 100 per cent</source>
        <translation>0 から 100 パーセントまでの道筋</translation>
    </message>
</context>
<context>
    <name>SelectionsWindow</name>
    <message>
        <source>&amp;Add</source>
        <translation>追加(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Delete</source>
        <translation>削除(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Intersect</source>
        <translation>共通部分(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>選択(&amp;S)</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名前</translation>
    </message>
    <message>
        <source>Name of the present selection</source>
        <translation>今の選択範囲の名前</translation>
    </message>
    <message>
        <source>S&amp;ubtract</source>
        <translation>除外(&amp;U)</translation>
    </message>
    <message>
        <source>Sa&amp;ve</source>
        <translation>保存(&amp;V)</translation>
    </message>
    <message>
        <source>Saved selections</source>
        <translation>保存した選択範囲</translation>
    </message>
</context>
<context>
    <name>SettingRow</name>
    <message>
        <source>Back to the default</source>
        <translation>既定に戻す</translation>
    </message>
    <message>
        <source>Change keys…</source>
        <translation>キーを変更…</translation>
    </message>
    <message>
        <source>Choose {setting}</source>
        <translation>{setting}を選ぶ</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>選ぶ…</translation>
    </message>
    <message>
        <source>Default of {setting}</source>
        <translation>{setting}の既定値</translation>
    </message>
    <message>
        <source>Takes effect at the next start.</source>
        <translation>次の起動時に有効になります。</translation>
    </message>
    <message>
        <source>The engine starts anew for it.</source>
        <translation>このためにエンジンを起動し直します。</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished">キャンセル</translation>
    </message>
    <message>
        <source>Find a setting</source>
        <translation>設定を探す</translation>
    </message>
    <message>
        <source>Give the test up</source>
        <translation>テストを中止する</translation>
    </message>
    <message>
        <source>No setting has these words.</source>
        <translation>その言葉の設定はありません。</translation>
    </message>
    <message>
        <source>Pages of settings</source>
        <translation>設定のページ</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>設定</translation>
    </message>
    <message>
        <source>Start Easel again for what you changed to take effect.</source>
        <translation>変更を有効にするには Easel を起動し直してください。</translation>
    </message>
    <message>
        <source>What the test has shown</source>
        <translation>テストの結果</translation>
    </message>
</context>
<context>
    <name>SourceMenu</name>
    <message>
        <source>Choose a picture</source>
        <translation>画像を選ぶ</translation>
    </message>
    <message>
        <source>From the cli&amp;pboard</source>
        <translation>クリップボードから(&amp;P)</translation>
    </message>
    <message>
        <source>Picture fil&amp;e…</source>
        <translation>画像ファイル(&amp;E)…</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>画像</translation>
    </message>
    <message>
        <source>The &amp;layer in use</source>
        <translation>使用中のレイヤー(&amp;L)</translation>
    </message>
    <message>
        <source>The picture &amp;chosen in the tray</source>
        <translation>トレイで選んだ画像(&amp;C)</translation>
    </message>
    <message>
        <source>What the &amp;frame shows</source>
        <translation>フレームの中身(&amp;F)</translation>
    </message>
</context>
<context>
    <name>SourceWell</name>
    <message>
        <source>Drop a picture here, or click to choose one</source>
        <translation>ここに画像をドロップするか、クリックして選びます</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>空</translation>
    </message>
</context>
<context>
    <name>Sources</name>
    <message>
        <source>A result</source>
        <translation>結果</translation>
    </message>
    <message>
        <source>No picture is chosen; click one in the tray first.</source>
        <translation>画像が選ばれていません。先にトレイで 1 枚クリックしてください。</translation>
    </message>
    <message>
        <source>Pasted picture</source>
        <translation>貼り付けた画像</translation>
    </message>
    <message>
        <source>The frame</source>
        <translation>フレーム</translation>
    </message>
    <message>
        <source>The frame is empty; move it over a picture first.</source>
        <translation>フレームが空です。先に画像の上に移動してください。</translation>
    </message>
    <message>
        <source>There is neither a picture nor a text on the clipboard; copy one first.</source>
        <translation>クリップボードに画像も文もありません。先にどちらかをコピーしてください。</translation>
    </message>
    <message>
        <source>There is nothing on this layer; choose one with a picture.</source>
        <translation>このレイヤーには何もありません。画像のあるレイヤーを選んでください。</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Choose or download a model</source>
        <translation>モデルを選ぶかダウンロードする</translation>
    </message>
    <message>
        <source>Device and network</source>
        <translation>装置とネットワーク</translation>
    </message>
    <message>
        <source>Model in use: {title}</source>
        <translation>使用中のモデル: {title}</translation>
    </message>
    <message>
        <source>Pointer, in pixels of the picture</source>
        <translation>ポインター（画像のピクセル）</translation>
    </message>
    <message>
        <source>Search</source>
        <translation type="unfinished">検索</translation>
    </message>
    <message>
        <source>Size of the frame</source>
        <translation>フレームの大きさ</translation>
    </message>
    <message>
        <source>What the model is too weak for here</source>
        <translation>このモデルがここで苦手なこと</translation>
    </message>
    <message>
        <source>Zoom</source>
        <translation>拡大率</translation>
    </message>
    <message>
        <source>computing… {percent:.0f} % · Esc gives up</source>
        <translation>計算しています… {percent:.0f} % · Esc でやめる</translation>
    </message>
    <message>
        <source>frame {width} × {height}</source>
        <translation>フレーム {width} × {height}</translation>
    </message>
    <message>
        <source>offline</source>
        <translation>オフライン</translation>
    </message>
    <message>
        <source>ready</source>
        <translation type="unfinished">準備完了</translation>
    </message>
    <message>
        <source>starting…</source>
        <translation>起動中…</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>停止</translation>
    </message>
</context>
<context>
    <name>ToolOptionsPanel</name>
    <message>
        <source>Colour; click to choose another one</source>
        <translation>色。クリックすると別の色を選べます</translation>
    </message>
    <message>
        <source>Options of the tool</source>
        <translation>ツールのオプション</translation>
    </message>
    <message>
        <source>Second colour; click to paint with it</source>
        <translation>2 つ目の色。クリックするとその色で描きます</translation>
    </message>
</context>
<context>
    <name>Tries</name>
    <message>
        <source>A panorama</source>
        <translation>パノラマ</translation>
    </message>
    <message>
        <source>Choose how far the picture shall reach. Its frames are painted one after the other; Cancel stops, and what is painted stays.</source>
        <translation>画像をどこまで広げるかを選んでください。フレームは 1 つずつ描かれます。キャンセルで止まり、描いたものは残ります。</translation>
    </message>
    <message>
        <source>Drag the point on the pad from one idea to the other, look at the preview, and press Paint the mix.</source>
        <translation>パッドの点を一方のアイデアから他方へドラッグし、プレビューを見て、「ミックスを描く」を押してください。</translation>
    </message>
    <message>
        <source>Erase and describe</source>
        <translation>消して言葉で描く</translation>
    </message>
    <message>
        <source>From summer to autumn</source>
        <translation>夏から秋へ</translation>
    </message>
    <message>
        <source>Mix two ideas</source>
        <translation>2 つのアイデアをミックスする</translation>
    </message>
    <message>
        <source>Past the edge</source>
        <translation>端の向こうへ</translation>
    </message>
    <message>
        <source>The frame reaches beyond the picture, and what is empty is painted. Press Extend; drag the frame elsewhere and do it again.</source>
        <translation>フレームが画像の外に出ていて、空いた部分が描かれます。「広げる」を押してください。フレームを別の場所へドラッグして、もう一度どうぞ。</translation>
    </message>
    <message>
        <source>The middle of the apple is masked. Press Fill, choose a picture in the tray and press Enter. The brush paints the mask (Q), the eraser takes it away.</source>
        <translation>りんごの中央がマスクされています。「塗りつぶし」を押し、トレイで画像を選んで Enter を押してください。ブラシはマスクを描き (Q)、消しゴムはマスクを消します。</translation>
    </message>
    <message>
        <source>The strip shows the way in five pictures. Click one of them, or move the slider, and paint it.</source>
        <translation>帯は道のりを 5 枚の画像で示します。1 枚をクリックするかスライダーを動かして、描いてください。</translation>
    </message>
</context>
<context>
    <name>TryTile</name>
    <message>
        <source>Try it: {title}</source>
        <translation>試す: {title}</translation>
    </message>
</context>
<context>
    <name>VariationsPanel</name>
    <message>
        <source>0 keeps the idea, 100 goes as far as another one</source>
        <translation>0 でアイデアを保ち、100 で別のアイデアほど離れます</translation>
    </message>
    <message>
        <source>0 keeps where things are, 100 puts them anywhere</source>
        <translation>0 で配置を保ち、100 で自由に置きます</translation>
    </message>
    <message>
        <source>All</source>
        <translation>すべて</translation>
    </message>
    <message>
        <source>All of it</source>
        <translation>画像全体</translation>
    </message>
    <message>
        <source>Chosen</source>
        <translation>選んだもの</translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation>拡大</translation>
    </message>
    <message>
        <source>How far the composition may drift</source>
        <translation>構図がどこまで離れてよいか</translation>
    </message>
    <message>
        <source>How far the meaning may drift</source>
        <translation>意味がどこまで離れてよいか</translation>
    </message>
    <message>
        <source>Keep the composition, change the meaning</source>
        <translation>構図を保ち、意味を変える</translation>
    </message>
    <message>
        <source>Keep the meaning, change the composition</source>
        <translation>意味を保ち、構図を変える</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>レイヤー</translation>
    </message>
    <message>
        <source>Layout</source>
        <translation>構図</translation>
    </message>
    <message>
        <source>Meaning</source>
        <translation>意味</translation>
    </message>
    <message>
        <source>Variations of</source>
        <translation>バリエーションの元</translation>
    </message>
    <message>
        <source>Variations of: {what}</source>
        <translation>バリエーション: {what}</translation>
    </message>
</context>
<context>
    <name>Welcome</name>
    <message>
        <source>Or try one of these, which are ready to go:</source>
        <translation>または、すぐに試せるもの:</translation>
    </message>
    <message>
        <source>What would you like to see?</source>
        <translation>何を見たいですか？</translation>
    </message>
    <message>
        <source>Write it above and press Enter, or drop or paste a picture. Everything is painted on this computer.</source>
        <translation>上に書いて Enter を押すか、画像をドロップまたは貼り付けてください。すべてこのコンピューターで描かれます。</translation>
    </message>
</context>
<context>
    <name>WordsMenu</name>
    <message>
        <source>&amp;Add to the mix</source>
        <translation>混合に加える(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Lead away from it</source>
        <translation>遠ざける(&amp;L)</translation>
    </message>
    <message>
        <source>Looking for words…</source>
        <translation>言葉を探しています…</translation>
    </message>
    <message>
        <source>This model cannot compare pictures with words</source>
        <translation>このモデルは画像と言葉を比べられません</translation>
    </message>
    <message>
        <source>Words near this picture</source>
        <translation>この画像に近い言葉</translation>
    </message>
</context>
<context>
    <name>Workbench</name>
    <message>
        <source>Close without it</source>
        <translation>保存せずに閉じる</translation>
    </message>
    <message>
        <source>Colour</source>
        <translation>カラー</translation>
    </message>
    <message>
        <source>History</source>
        <translation>履歴</translation>
    </message>
    <message>
        <source>Ideas</source>
        <translation>アイデア</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>レイヤー</translation>
    </message>
    <message>
        <source>Navigator</source>
        <translation>ナビゲーター</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>結果</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>閉じない</translation>
    </message>
    <message>
        <source>There is no picture to extend yet; paint, open or generate one first.</source>
        <translation>まだ広げる画像がありません。先に描くか、開くか、生成してください。</translation>
    </message>
    <message>
        <source>This picture was not saved. Closed without it, it can be found for 30 more days under File ▸ Recover.</source>
        <translation>この画像は保存されていません。保存せずに閉じても、30 日間は「ファイル」▸「復元」で見つかります。</translation>
    </message>
    <message>
        <source>Tool</source>
        <translation>ツール</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>ツール</translation>
    </message>
    <message>
        <source>Vary</source>
        <translation>変化させる</translation>
    </message>
</context>
<context>
    <name>actions</name>
    <message>
        <source>&amp;About Easel</source>
        <translation>Easel について(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Accept</source>
        <translation>採用(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;All</source>
        <translation>すべて(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Apply layer mask</source>
        <translation>レイヤーマスクを適用(&amp;A)</translation>
    </message>
    <message>
        <source>&amp;Blur…</source>
        <translation>ぼかし(&amp;B)…</translation>
    </message>
    <message>
        <source>&amp;Brush</source>
        <translation>ブラシ(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Cancel</source>
        <translation>キャンセル(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Canvas only</source>
        <translation>キャンバスのみ(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Clear the mask</source>
        <translation>マスクを消去(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>コピー(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Crop</source>
        <translation>切り抜き(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>ダーク(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Discard</source>
        <translation>破棄(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Duplicate</source>
        <translation>複製(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>編集(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Eraser</source>
        <translation>消しゴム(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>書き出し(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Extend the picture…</source>
        <translation>画像を広げる(&amp;E)…</translation>
    </message>
    <message>
        <source>&amp;Favourite</source>
        <translation>お気に入り(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>ファイル(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Fill with the colour</source>
        <translation>色で塗りつぶす(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Film between two ideas</source>
        <translation>2 つのアイデアの間のフィルム(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Fit</source>
        <translation>全体を表示(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Frame</source>
        <translation>フレーム(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Generate</source>
        <translation>生成(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Group</source>
        <translation>グループ化(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Grow…</source>
        <translation>広げる(&amp;G)…</translation>
    </message>
    <message>
        <source>&amp;Guide</source>
        <translation>ガイド(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Hand</source>
        <translation>手のひら(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>ヘルプ(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;High contrast</source>
        <translation>ハイコントラスト(&amp;H)</translation>
    </message>
    <message>
        <source>&amp;Hue and saturation…</source>
        <translation>色相と彩度(&amp;H)…</translation>
    </message>
    <message>
        <source>&amp;Invert</source>
        <translation>反転(&amp;I)</translation>
    </message>
    <message>
        <source>&amp;Keep as layer</source>
        <translation>レイヤーとして残す(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Keys and gestures</source>
        <translation>キーと操作(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;Keys…</source>
        <translation>キー(&amp;K)…</translation>
    </message>
    <message>
        <source>&amp;Layer</source>
        <translation>レイヤー(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Levels…</source>
        <translation>レベル補正(&amp;L)…</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>ライト(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Mask the selection</source>
        <translation>選択範囲をマスクにする(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Merge down</source>
        <translation>下のレイヤーと結合(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Mirror</source>
        <translation>左右反転(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Mix</source>
        <translation>ミックス(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Move</source>
        <translation>移動(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;New</source>
        <translation>新規(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;New layer</source>
        <translation>新規レイヤー(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Next picture</source>
        <translation>次の画像(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;None</source>
        <translation>なし(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Not like it</source>
        <translation>これとは違うもの(&amp;N)</translation>
    </message>
    <message>
        <source>&amp;Open…</source>
        <translation>開く(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Paint the mask</source>
        <translation>マスクを描く(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>貼り付け(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Pixels of the layer</source>
        <translation>レイヤーのピクセル(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Previous picture</source>
        <translation>前の画像(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>終了(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Recover…</source>
        <translation>復元(&amp;R)…</translation>
    </message>
    <message>
        <source>&amp;Rectangle and ellipse</source>
        <translation>長方形と楕円(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>やり直す(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Reject all</source>
        <translation>すべて却下(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Save</source>
        <translation>保存(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Select</source>
        <translation>選択(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>設定(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Show the gallery</source>
        <translation>ギャラリーを表示(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Smaller brush</source>
        <translation>ブラシを小さく(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Soften the rim…</source>
        <translation>縁をぼかす(&amp;S)…</translation>
    </message>
    <message>
        <source>&amp;Surprise me</source>
        <translation>おまかせ(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>ツール(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Turn by a quarter</source>
        <translation>4 分の 1 回転(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>元に戻す(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Ungroup</source>
        <translation>グループ解除(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Upright</source>
        <translation>傾きを戻す(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Use its settings</source>
        <translation>設定を使う(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Variations of the chosen picture</source>
        <translation>選んだ画像のバリエーション(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Vary</source>
        <translation>変化させる(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>表示(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Wand</source>
        <translation>自動選択(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Write the prompt</source>
        <translation>プロンプトを書く(&amp;W)</translation>
    </message>
    <message>
        <source>&amp;Zoom</source>
        <translation>ズーム(&amp;Z)</translation>
    </message>
    <message>
        <source>Add layer ma&amp;sk</source>
        <translation>レイヤーマスクを追加(&amp;S)</translation>
    </message>
    <message>
        <source>Around the &amp;picture</source>
        <translation>画像を囲む(&amp;P)</translation>
    </message>
    <message>
        <source>Around the &amp;selection</source>
        <translation>選択範囲を囲む(&amp;S)</translation>
    </message>
    <message>
        <source>Back along what was meant</source>
        <translation>意味をたどって戻る</translation>
    </message>
    <message>
        <source>Bla&amp;ck on white</source>
        <translation>黒と白に戻す(&amp;C)</translation>
    </message>
    <message>
        <source>C&amp;lear</source>
        <translation>消去(&amp;L)</translation>
    </message>
    <message>
        <source>Canvas pa&amp;ge</source>
        <translation>キャンバスのページ(&amp;G)</translation>
    </message>
    <message>
        <source>Contact sheet of the mix</source>
        <translation>混合のコンタクトシート</translation>
    </message>
    <message>
        <source>Copy &amp;merged</source>
        <translation>結合してコピー(&amp;M)</translation>
    </message>
    <message>
        <source>Create pa&amp;ge</source>
        <translation>作成のページ(&amp;G)</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>切り取り(&amp;T)</translation>
    </message>
    <message>
        <source>D&amp;elete</source>
        <translation>削除(&amp;E)</translation>
    </message>
    <message>
        <source>Dele&amp;te layer mask</source>
        <translation>レイヤーマスクを削除(&amp;D)</translation>
    </message>
    <message>
        <source>Enlarge all of it four times</source>
        <translation>全体を 4 倍に拡大</translation>
    </message>
    <message>
        <source>Enlarge all of it twice</source>
        <translation>全体を 2 倍に拡大</translation>
    </message>
    <message>
        <source>Enlarge the layer four times</source>
        <translation>レイヤーを 4 倍に拡大</translation>
    </message>
    <message>
        <source>Enlarge the layer twice</source>
        <translation>レイヤーを 2 倍に拡大</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
    <message>
        <source>Eye&amp;dropper</source>
        <translation>スポイト(&amp;D)</translation>
    </message>
    <message>
        <source>F&amp;rame</source>
        <translation>フレーム(&amp;R)</translation>
    </message>
    <message>
        <source>Fi&amp;ll and gradient</source>
        <translation>塗りつぶしとグラデーション(&amp;L)</translation>
    </message>
    <message>
        <source>Fill like a picture…</source>
        <translation>画像のように埋める…</translation>
    </message>
    <message>
        <source>Fit the f&amp;rame</source>
        <translation>フレームに合わせる(&amp;R)</translation>
    </message>
    <message>
        <source>Fl&amp;ip horizontally</source>
        <translation>左右反転(&amp;I)</translation>
    </message>
    <message>
        <source>Flip verticall&amp;y</source>
        <translation>上下反転(&amp;Y)</translation>
    </message>
    <message>
        <source>Follow the &amp;system</source>
        <translation>システムに合わせる(&amp;S)</translation>
    </message>
    <message>
        <source>Four &amp;more</source>
        <translation>もう 4 枚(&amp;M)</translation>
    </message>
    <message>
        <source>Free &amp;transform</source>
        <translation>自由変形(&amp;T)</translation>
    </message>
    <message>
        <source>Galler&amp;y</source>
        <translation>ギャラリー(&amp;Y)</translation>
    </message>
    <message>
        <source>Harder brus&amp;h</source>
        <translation>ブラシを硬く(&amp;H)</translation>
    </message>
    <message>
        <source>In&amp;vert the mask</source>
        <translation>マスクを反転(&amp;V)</translation>
    </message>
    <message>
        <source>L&amp;asso and polygon</source>
        <translation>投げなわと多角形(&amp;A)</translation>
    </message>
    <message>
        <source>L&amp;ook at many ideas first</source>
        <translation>先に多くのアイデアを見る(&amp;O)</translation>
    </message>
    <message>
        <source>Lar&amp;ger brush</source>
        <translation>ブラシを大きく(&amp;G)</translation>
    </message>
    <message>
        <source>Less o&amp;pacity</source>
        <translation>不透明度を下げる(&amp;P)</translation>
    </message>
    <message>
        <source>M&amp;odels…</source>
        <translation>モデル(&amp;O)…</translation>
    </message>
    <message>
        <source>Make &amp;again</source>
        <translation>もう一度作る(&amp;A)</translation>
    </message>
    <message>
        <source>Merge all &amp;visible</source>
        <translation>表示レイヤーをすべて結合(&amp;V)</translation>
    </message>
    <message>
        <source>Mi&amp;x ideas</source>
        <translation>アイデアを混ぜる(&amp;X)</translation>
    </message>
    <message>
        <source>More &amp;like it</source>
        <translation>似たものをもっと(&amp;L)</translation>
    </message>
    <message>
        <source>More opacit&amp;y</source>
        <translation>不透明度を上げる(&amp;Y)</translation>
    </message>
    <message>
        <source>New s&amp;eed</source>
        <translation>新しいシード(&amp;E)</translation>
    </message>
    <message>
        <source>Open the stack</source>
        <translation>重なりを開く</translation>
    </message>
    <message>
        <source>Paint the layer&apos;s mask</source>
        <translation>レイヤーのマスクに描く</translation>
    </message>
    <message>
        <source>Paint the layer, not its mask</source>
        <translation>マスクではなくレイヤーに描く</translation>
    </message>
    <message>
        <source>Paste &amp;in place</source>
        <translation>同じ位置に貼り付け(&amp;I)</translation>
    </message>
    <message>
        <source>Put on the &amp;canvas</source>
        <translation>キャンバスに置く(&amp;C)</translation>
    </message>
    <message>
        <source>Re&amp;word a picture</source>
        <translation>画像を言い換える(&amp;W)</translation>
    </message>
    <message>
        <source>Reset the &amp;panels</source>
        <translation>パネルを元に戻す(&amp;P)</translation>
    </message>
    <message>
        <source>S&amp;earch</source>
        <translation>検索(&amp;E)</translation>
    </message>
    <message>
        <source>S&amp;hrink…</source>
        <translation>縮める(&amp;H)…</translation>
    </message>
    <message>
        <source>S&amp;ofter brush</source>
        <translation>ブラシを柔らかく(&amp;O)</translation>
    </message>
    <message>
        <source>Save &amp;as…</source>
        <translation>別名で保存(&amp;A)…</translation>
    </message>
    <message>
        <source>Save a co&amp;py…</source>
        <translation>コピーを保存(&amp;P)…</translation>
    </message>
    <message>
        <source>Save&amp;d selections…</source>
        <translation>保存した選択範囲(&amp;D)…</translation>
    </message>
    <message>
        <source>Select the mas&amp;k</source>
        <translation>マスクを選択(&amp;K)</translation>
    </message>
    <message>
        <source>Sha&amp;rpen…</source>
        <translation>シャープ(&amp;H)…</translation>
    </message>
    <message>
        <source>Swap &amp;colours</source>
        <translation>色を入れ替える(&amp;C)</translation>
    </message>
    <message>
        <source>T&amp;urn the view</source>
        <translation>表示を回転(&amp;U)</translation>
    </message>
    <message>
        <source>The &amp;frame</source>
        <translation>フレーム(&amp;F)</translation>
    </message>
    <message>
        <source>The layer a&amp;gain, with its settings</source>
        <translation>その設定でレイヤーをもう一度(&amp;G)</translation>
    </message>
    <message>
        <source>Try: &amp;erase and describe</source>
        <translation>試す: 消して言葉で描く(&amp;E)</translation>
    </message>
    <message>
        <source>Try: &amp;mix two ideas</source>
        <translation>試す: 2 つのアイデアをミックスする(&amp;M)</translation>
    </message>
    <message>
        <source>Try: a &amp;panorama</source>
        <translation>試す: パノラマ(&amp;P)</translation>
    </message>
    <message>
        <source>Try: from &amp;summer to autumn</source>
        <translation>試す: 夏から秋へ(&amp;S)</translation>
    </message>
    <message>
        <source>Try: past the e&amp;dge</source>
        <translation>試す: 端の向こうへ(&amp;D)</translation>
    </message>
    <message>
        <source>Turn l&amp;eft</source>
        <translation>左に回転(&amp;E)</translation>
    </message>
    <message>
        <source>Turn ri&amp;ght</source>
        <translation>右に回転(&amp;G)</translation>
    </message>
    <message>
        <source>Variations of all of &amp;it</source>
        <translation>全体のバリエーション(&amp;I)</translation>
    </message>
    <message>
        <source>Variations of the &amp;layer</source>
        <translation>レイヤーのバリエーション(&amp;L)</translation>
    </message>
    <message>
        <source>Words near the picture</source>
        <translation>画像に近い言葉</translation>
    </message>
    <message>
        <source>Zoom &amp;in</source>
        <translation>拡大(&amp;I)</translation>
    </message>
    <message>
        <source>Zoom &amp;out</source>
        <translation>縮小(&amp;O)</translation>
    </message>
</context>
<context>
    <name>drops</name>
    <message>
        <source>Add as a layer</source>
        <translation>レイヤーとして追加</translation>
    </message>
    <message>
        <source>Fill like it</source>
        <translation>これに倣って埋める</translation>
    </message>
    <message>
        <source>Mix with it</source>
        <translation>これと混ぜる</translation>
    </message>
    <message>
        <source>Use its settings</source>
        <translation>設定を使う</translation>
    </message>
</context>
<context>
    <name>limits</name>
    <message>
        <source>Between ideas that are far apart the Starter paints smeared frames: for those take a larger model.</source>
        <translation>遠く離れたアイデアの間では、Starter のコマはにじみます。大きいモデルを使ってください。</translation>
    </message>
    <message>
        <source>The Starter begins things anew here; a larger model completes them</source>
        <translation>Starter はここを新しく始めます。大きなモデルなら続きを仕上げます</translation>
    </message>
    <message>
        <source>The Starter keeps rough shapes; a larger model keeps the drawing</source>
        <translation>Starter は大まかな形を保ちます。大きなモデルなら線まで保ちます</translation>
    </message>
    <message>
        <source>The Starter may cut things off here; a larger model fits them in</source>
        <translation>Starter はここで途切れさせることがあります。大きなモデルなら収めます</translation>
    </message>
    <message>
        <source>The Starter mixes shape and colour. What a larger model adds is the style of one idea on the subject of another.</source>
        <translation>Starter は形と色を混ぜます。大きいモデルでは、一方のアイデアのスタイルを他方の題材に移せます。</translation>
    </message>
    <message>
        <source>The Starter only sharpens edges; a larger model adds detail.</source>
        <translation>Starter は輪郭を鋭くするだけです。大きなモデルなら細部が加わります。</translation>
    </message>
    <message>
        <source>The Starter turns colours well, one animal into another roughly, and season, light and style hardly: for those take a larger model.</source>
        <translation>Starter は色をうまく変え、動物を別の動物に変えるのは大まかで、季節、光、スタイルはほとんど変えられません。それには大きいモデルを使ってください。</translation>
    </message>
    <message>
        <source>The Starter varies outline and colour; a larger model pose and view too.</source>
        <translation>Starter は輪郭と色を変えます。大きなモデルならポーズと視点も変わります。</translation>
    </message>
    <message>
        <source>The Starter&apos;s ideas for one prompt lie close together, as the numbers say; a larger model has more of them.</source>
        <translation>数が示すとおり、1 つのプロンプトに対する Starter のアイデアは互いに近いものです。大きいモデルにはもっと幅があります。</translation>
    </message>
</context>
</TS>
